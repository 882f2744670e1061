import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that a sandbox has not ended. */
export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes of a sandbox, in any session or group: the sandbox's directory is in their environment, working directory or command line.
 *
 * @param mark the sandbox's directory, which is unique
 */
export function processesOf(mark: string): readonly LeftProcess[] {
  const all = process.platform === 'linux' ? fromProc(mark) : fromPs(mark);
  return all.filter(({ pid }) => pid !== process.pid);
}

/** Sends SIGKILL to them. */
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
    // A zombie has neither a command nor files.
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

/** Processes of other users cannot be read, and a process may end at any moment. */
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
