import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** True while a process of that id runs. A zombie does not count as running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** Linux only. In a container whose first process does not reap, zombies stay. */
function isZombie(pid: number): boolean {
  try {
    // "pid (name) state ...", and the name may hold anything.
    return /^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Either the system has no such files, or the process has just ended, which the next check shows.
    return false;
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
 * The ids of all processes that were started with these variables in their environment, and one that `isMeant`. It finds the commands that an agent
 * left behind in a session of their own, where no process group reaches them. Linux only: elsewhere it finds none.
 */
export async function processesWithEnvironment(
  variables: Readonly<Record<string, string>>,
  isMeant: (environment: readonly string[]) => boolean = () => true,
): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const ids = (await readdir('/proc')).map(Number).filter((id) => Number.isInteger(id) && id !== process.pid);
  const found = await Promise.all(
    ids.map(async (id) => {
      const environment = await environmentOf(id);
      return wanted.every((variable) => environment.includes(variable)) && isMeant(environment) ? id : 0;
    }),
  );
  return found.filter((id) => id !== 0);
}

async function environmentOf(pid: number): Promise<string[]> {
  // The process may have ended meanwhile, or belongs to another user: neither is ours.
  return readFile(`/proc/${pid}/environ`, 'utf8').then(
    (text) => text.split('\0'),
    () => [],
  );
}
