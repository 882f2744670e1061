import { globSync } from 'node:fs';
import { basename } from 'node:path';
import type { SubjectFactory } from './subject.ts';

/** All engines under test, by name: one for each file in `engines/`, named as the file. */
export const SUBJECTS: Readonly<Record<string, SubjectFactory>> = await load();

async function load(): Promise<Record<string, SubjectFactory>> {
  const files = globSync('engines/*.ts', { cwd: import.meta.dirname }).sort();
  const subjects = files.map(async (file) => {
    const { subject } = (await import(`./${file}`)) as { readonly subject: SubjectFactory };
    return [basename(file, '.ts'), subject] as const;
  });
  return Object.fromEntries(await Promise.all(subjects));
}
