import { type ChildProcess, spawn } from 'node:child_process';
import { Writable } from 'node:stream';

/** A spawned server process. */
export interface SpawnedServer {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  /** The end of what it printed, for an error message. */
  readonly lastOutput: () => string;
}

const KEPT_OUTPUT = 2_000;

/**
 * Becomes the server, and leaves behind a watcher that reads a pipe whose other end only the parent holds: when the
 * parent is gone, however it went, the pipe closes, and the watcher ends the server. A line in the pipe sends it home.
 */
const WATCHED = `
(read -r _ <&3 && exit; kill -TERM $$; sleep 3; kill -KILL $$) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
`;

/**
 * Starts the server in a process group of its own, so that Ctrl-C in a terminal reaches only the program that started it,
 * which then stops both in order.
 */
export function spawnServer(file: string, args: readonly string[], outlivesParent: boolean): SpawnedServer {
  const watched = !outlivesParent && process.platform !== 'win32';
  const child = watched
    ? spawn('/bin/sh', ['-c', WATCHED, 'sh', file, ...args], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      })
    : spawn(file, args, { detached: true, stdio: ['ignore', 'ignore', outlivesParent ? 'ignore' : 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk.toString()}`.slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
    child.once('exit', () => {
      dismissWatcher(child);
      resolve();
    });
  });
  letParentExit(child);
  return { child, exited, lastOutput: () => output.trim().split('\n').slice(-5).join(' | ') || 'it printed nothing' };
}

function dismissWatcher(child: ChildProcess): void {
  const pipe = child.stdio[3];
  if (!(pipe instanceof Writable)) return;
  pipe.on('error', () => {
    // The watcher went with the server, so there is nobody to tell.
  });
  pipe.end('done\n');
}

/** The server alone is no reason for the parent to stay. */
function letParentExit(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();
}
