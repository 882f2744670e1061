import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory with these files, removed when disposed of. */
export async function workspaceFiles(
  files: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly path: string; write(name: string, text: string): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'molecule-workspace-'));
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return { path, write, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A `SKILL.md`. */
export function skillFile(name: string, description: string, instructions = 'Do it well.'): string {
  return `---\nname: ${name}\ndescription: ${description}\n---\n\n${instructions}\n`;
}
