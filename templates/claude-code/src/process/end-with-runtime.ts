import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '@molecule/adapters';

/** The variable that marks what one Claude Code process has started. A later process of the same session has another value. */
export const RUN_MARKER = 'MOLECULE_CLAUDE_RUN';

/**
 * Waits for a line, or for the end of its input, which comes when the runtime dies. Then it ends Claude Code's group at once, and what else
 * carries the mark. `$1`: the mark with its variable. `$2`: Claude Code's process. Without `/proc` (macOS), the group is all that is found:
 * a command of Claude Code has a group of its own, so it ends by itself there, and until then works beside the next attempt of its turn.
 */
const SCRIPT = `
trap '' HUP INT TERM
read -r line && exit 0
marked() { grep -lsxzF -e "$1" /proc/[0-9]*/environ | cut -d/ -f3; }
if [ ! -d /proc/self ] || grep -qsxzF -e "$1" "/proc/$2/environ"; then kill -s KILL -- "-$2"; fi
round=0
while [ "$round" -lt 100 ]; do
  left=$(marked "$1")
  [ -n "$left" ] || exit 0
  kill -s KILL $left
  round=$((round + 1))
  sleep 0.05
done
`;

/** A Claude Code process, and the `PATH` on which it finds programs. */
interface Leader {
  readonly pid: number;
  readonly path: string;
}

/**
 * Ends a Claude Code process and its commands when the runtime is killed. Claude Code itself notices only when it writes next, which may be
 * minutes later; meanwhile another process of the workspace may run the same turn.
 *
 * @param run the value of {@link RUN_MARKER}
 * @returns what must be called once the processes have ended
 */
export function endWithRuntime(run: string, leader: Leader, logger: Logger): () => void {
  // Its pipes may be missing, although its type denies it: without a free descriptor, no process is started.
  const watcher: ChildProcess = spawn('sh', ['-c', SCRIPT, 'sh', `${RUN_MARKER}=${run}`, String(leader.pid)], {
    env: { PATH: leader.path },
    stdio: ['pipe', 'ignore', 'ignore'],
    // A signal to the runtime's group must not end it.
    detached: true,
  });
  // Without it, the next turn of the session ends what is left.
  watcher.once('error', (error) => logger.warn('Claude Code would outlive a killed runtime', { error }));
  watcher.stdin?.once('error', () => {});
  watcher.unref();
  unrefPipe(watcher);
  return () => watcher.stdin?.end('over\n');
}

/** The pipe does not keep the runtime alive. */
function unrefPipe({ stdin }: ChildProcess): void {
  if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
}
