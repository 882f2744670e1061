import { readdir, readFile } from 'node:fs/promises';

/** The command lines of running processes that have all the texts in their environment or command line. */
export async function processesWith(...texts: readonly string[]): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(ids.map((id) => describe(id, texts)));
  return lines.filter((line) => line !== undefined);
}

async function describe(id: string, texts: readonly string[]): Promise<string | undefined> {
  try {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8');
    const environment = await readFile(`/proc/${id}/environ`, 'utf8');
    const line = `${id} ${command.replaceAll('\0', ' ')}`;
    return texts.every((text) => `${environment}\n${line}`.includes(text)) ? line : undefined;
  } catch {
    // The process ended while it was read.
    return undefined;
  }
}
