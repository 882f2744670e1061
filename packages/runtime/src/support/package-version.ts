import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isModuleNotFound } from './is-module-not-found.js';

/** The version of an installed package that exports its `package.json`; undefined: it is not installed. */
export function packageVersion(name: string): string | undefined {
  const manifest = `${name}/package.json`;
  try {
    const file = createRequire(import.meta.url).resolve(manifest);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
    return version;
  } catch (error) {
    if (isModuleNotFound(error, manifest)) return undefined;
    throw error;
  }
}
