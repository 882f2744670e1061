import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { findTemporalCli } from '../../src/dev-server/find-temporal-cli.js';

declare module 'vitest' {
  interface ProvidedContext {
    cliPath: string;
    workflowBundlePath: string;
  }
}

/** Downloads the Temporal CLI once, as on a new machine, and checks that the build has made the bundle. */
export default async function setup(project: TestProject): Promise<void> {
  const workflowBundlePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
  await access(workflowBundlePath).catch((cause: unknown) => {
    throw new Error('These tests run the built package: npm run build first.', { cause });
  });
  const cli = await findTemporalCli({
    path: process.env['PATH'] ?? '',
    cacheDir: fileURLToPath(new URL('../../node_modules/.cache/temporal-cli', import.meta.url)),
    onProgress: (message) => console.log(message),
  });
  project.provide('cliPath', cli.path);
  project.provide('workflowBundlePath', workflowBundlePath);
}
