import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type * as Package from '../../src/index.js';
import { buildPackage, type Files, makeTemplate, type Template } from './template.js';

/**
 * The loader as its users run it: a built copy in a separate `node_modules`, imported by Node itself. The test runner's module
 * loader finds and reports modules differently.
 */
export interface LoaderUnderTest {
  readonly package: typeof Package;
  template(files: Files, name?: string): Promise<Template>;
}

/** Builds and imports it before the tests of a file, and removes it after them. */
export function useLoader(): LoaderUnderTest {
  let built: string | undefined;
  let home: Template | undefined;
  let imported: typeof Package | undefined;
  beforeAll(async () => {
    built = await buildPackage();
    home = await makeTemplate(built, {});
    const entry = join(home.directory, 'node_modules/@molecule/adapters/dist/index.js');
    imported = await import(/* @vite-ignore */ pathToFileURL(entry).href);
  });
  afterAll(async () => {
    await home?.[Symbol.asyncDispose]();
    if (built !== undefined) await rm(built, { recursive: true, force: true });
  });
  return {
    get package() {
      if (imported === undefined) throw new Error('the loader is not built yet');
      return imported;
    },
    template(files, name) {
      if (built === undefined) throw new Error('the loader is not built yet');
      return makeTemplate(built, files, name);
    },
  };
}
