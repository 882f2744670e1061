import { readdir, readFile } from 'node:fs/promises';
import { RUN_MARKER } from '../../src/process/end-with-runtime.js';

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

/** Kills the processes that watch over those with the text, as an operating system that runs out of memory may do. Returns how many. */
export async function killWatchers(text: string): Promise<number> {
  const watched = (await processesWith(text)).map((line) => line.split(' ')[0]);
  const watchers = (await processesWith(`${RUN_MARKER}=`)).flatMap((line) => {
    const [id, ...words] = line.trimEnd().split(' ');
    return words[0] === 'sh' && watched.includes(words.at(-1) ?? '') ? [Number(id)] : [];
  });
  for (const id of watchers) process.kill(id, 'SIGKILL');
  return watchers.length;
}
