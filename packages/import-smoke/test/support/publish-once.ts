import type { TestProject } from 'vitest/node';
import { publishWorkspace, startRegistry } from '../../src/registry.ts';
import { root } from '../../src/workspace.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The registry with this workspace's packages as they would be published now. */
    registry: string;
  }
}

/** Publishes the workspace once for all test files of this package. */
export default async function publishOnce(project: TestProject): Promise<() => Promise<void>> {
  const registry = await startRegistry();
  await publishWorkspace(root, registry);
  project.provide('registry', registry.url);
  return async () => {
    await registry[Symbol.asyncDispose]();
  };
}
