import { readdir, readFile } from 'node:fs/promises';

/** True while a process of that id exists, a zombie included. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sends `signal` to a whole process group. A group that is gone is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * The ids of all processes that were started with `name=value` in their environment. It finds the commands that an agent
 * left behind in a session of their own, where no process group reaches them. Linux only: elsewhere it finds none.
 */
export async function processesWithEnvironment(name: string, value: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const ids = (await readdir('/proc')).map(Number).filter((id) => Number.isInteger(id) && id !== process.pid);
  const found = await Promise.all(
    ids.map(async (id) => ((await environmentOf(id)).includes(`${name}=${value}`) ? id : 0)),
  );
  return found.filter((id) => id !== 0);
}

async function environmentOf(pid: number): Promise<string[]> {
  // A process may end while it is read, and those of other users cannot be read: neither is one of ours.
  return readFile(`/proc/${pid}/environ`, 'utf8').then(
    (text) => text.split('\0'),
    () => [],
  );
}
