import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that a sandbox has not ended. */
export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes that come from a sandbox, whatever session or group they made themselves: what they inherited, where they work, or
 * how they were called names its directory.
 *
 * @param mark the sandbox's directory, of which there is only one
 */
export function processesOf(mark: string): readonly LeftProcess[] {
  const all = process.platform === 'linux' ? fromProc(mark) : fromPs(mark);
  return all.filter(({ pid }) => pid !== process.pid);
}

/** Ends them without asking. */
export function endAll(mark: string): void {
  for (const { pid } of processesOf(mark)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function fromProc(mark: string): readonly LeftProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
    // A process that has ended and that nobody has waited for has neither command nor files.
    if (command === '') return [];
    const signs = [command, read(`/proc/${name}/environ`), linkOf(`/proc/${name}/cwd`)];
    return signs.some((sign) => sign.includes(mark)) ? [{ pid: Number(name), command }] : [];
  });
}

function fromPs(mark: string): readonly LeftProcess[] {
  const { stdout } = spawnSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const row = line.trim();
    const space = row.indexOf(' ');
    return space > 0 && line.includes(mark)
      ? [{ pid: Number(row.slice(0, space)), command: row.slice(space).trim().slice(0, 200) }]
      : [];
  });
}

/** Another user's processes cannot be looked at, and one may end at any moment. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
