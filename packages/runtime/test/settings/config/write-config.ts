import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory with files in it, removed when it goes out of scope. */
export interface TestDirectory extends AsyncDisposable {
  readonly path: string;
}

export async function writeDirectory(files: Readonly<Record<string, string>>): Promise<TestDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'molecule-config-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A directory with a `config.yaml`. */
export function writeConfig(content: string): Promise<TestDirectory> {
  return writeDirectory({ 'config.yaml': content });
}
