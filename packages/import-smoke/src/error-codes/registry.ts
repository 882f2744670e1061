import { globSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.ts';

/** One code as a table of a package or template registers it. */
export interface RegisteredCode {
  /** Folder of the package or template, such as `packages/runtime`. */
  readonly folder: string;
  /** The section of docs/errors.md. */
  readonly section: string;
  readonly code: string;
  readonly meaning: string;
  readonly remedy: string;
}

type Table = Readonly<Record<string, Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>>>;

/** The files that register codes, one a package or template. */
export const REGISTRY_FILES: readonly string[] = globSync('{packages,templates}/*/src/**/error-codes.ts', {
  cwd: root,
}).sort();

/** Every registered code, in the order of the tables. */
export async function readRegistry(): Promise<readonly RegisteredCode[]> {
  const tables = await Promise.all(REGISTRY_FILES.map(codesIn));
  return tables.flat();
}

async function codesIn(file: string): Promise<readonly RegisteredCode[]> {
  const { ERROR_CODES } = (await import(join(root, file))) as { readonly ERROR_CODES: Table };
  const folder = file.split('/').slice(0, 2).join('/');
  return Object.entries(ERROR_CODES).flatMap(([section, codes]) =>
    Object.entries(codes).map(([code, text]) => ({ folder, section, code, ...text })),
  );
}
