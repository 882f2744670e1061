import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The variable that marks a session's processes. Claude Code starts each command in a process group of its own, so
 * ending Claude Code's group would leave them behind; what a process inherits it cannot escape by forking.
 */
export const MARKER = 'MOLECULE_CLAUDE_SESSION';

const ROUND_MS = 20;
const MAX_ROUNDS = 100;

/**
 * Ends every process that carries the mark, and waits until none is left. Where there is no `/proc` (macOS), ends the
 * group of `leader` alone.
 */
export async function endProcesses(mark: string, leader?: number): Promise<void> {
  if (process.platform !== 'linux') {
    if (leader !== undefined) signal(-leader);
    return;
  }
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const left = await findProcesses(mark);
    if (left.length === 0) return;
    for (const id of left) signal(id);
    await delay(ROUND_MS);
  }
  throw new Error(`Processes marked ${MARKER}=${mark} did not end: ${(await findProcesses(mark)).join(', ')}`);
}

/** The ids of the living processes that carry the mark. Linux only. */
async function findProcesses(mark: string): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(ids.map(async (id) => ((await isMarked(id, mark)) ? [id] : [])));
  return marked.flat();
}

async function isMarked(id: number, mark: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${id}/environ`, 'utf8')).split('\0').includes(`${MARKER}=${mark}`);
  } catch {
    // Ended meanwhile, or another user's: not ours. A process that has ended but was not collected reads as empty.
    return false;
  }
}

function signal(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
