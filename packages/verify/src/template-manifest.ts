import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A template's `package.json`, with the fields that are used here. */
export interface TemplateManifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly molecule?: { readonly verify?: unknown };
}

export async function readManifest(directory: string): Promise<TemplateManifest> {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as TemplateManifest;
}
