import { type ChildProcess, spawn } from 'node:child_process';
import { Writable } from 'node:stream';

/** A spawned server process. */
export interface SpawnedServer {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  /** The end of its output, for an error message. */
  readonly lastOutput: () => string;
}

export interface SpawnOptions {
  /** Of the caller; see {@link PASSED_ON}. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: the caller's. */
  readonly cwd?: string;
  readonly outlivesParent: boolean;
}

/** The only variables that the server gets, because its caller's environment holds secrets. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'SystemRoot', 'APPDATA', 'LOCALAPPDATA'];

const KEPT_OUTPUT = 2_000;
const LINE = 300;

/**
 * Starts a watcher, then replaces itself by the server. The watcher reads a pipe whose other end only the parent holds: if the parent
 * ends, even by a kill, the pipe closes and the watcher ends the server. A line in the pipe ends the watcher.
 */
const WATCHED = `
(read -r _ <&3 && exit; kill -TERM $$; sleep 3; kill -KILL $$) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
`;

/**
 * Starts the server in its own process group, so that Ctrl-C in a terminal reaches only the program that started it, which then
 * stops both in order.
 */
export function spawnServer(
  file: string,
  args: readonly string[],
  { environment, cwd, outlivesParent }: SpawnOptions,
): SpawnedServer {
  const watched = !outlivesParent && process.platform !== 'win32';
  const env = environmentForServer(environment);
  const child = watched
    ? spawn('/bin/sh', ['-c', WATCHED, 'sh', file, ...args], {
        detached: true,
        env,
        cwd,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      })
    : spawn(file, args, { detached: true, env, cwd, stdio: ['ignore', 'ignore', outlivesParent ? 'ignore' : 'pipe'] });
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
  return { child, exited, lastOutput: () => lastLines(output) };
}

/** The server requires a user name, which containers and service managers often do not set. */
function environmentForServer(environment: SpawnOptions['environment']): Record<string, string> {
  const env: Record<string, string> = { USER: environment['USER'] || 'temporal' };
  for (const name of PASSED_ON) {
    const value = environment[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** The server puts dozens of causes into one line, and the last one is the reason. */
function lastLines(output: string): string {
  const all = output.trim().split('\n');
  // After it comes only the server's stack.
  const panic = all.find((line) => line.startsWith('panic:'));
  const lines = panic === undefined ? all.slice(-5) : [panic];
  return (
    lines.map((line) => (line.length > LINE ? `... ${line.slice(-LINE)}` : line)).join(' | ') || 'it printed nothing'
  );
}

function dismissWatcher(child: ChildProcess): void {
  const pipe = child.stdio[3];
  if (!(pipe instanceof Writable)) return;
  pipe.on('error', () => {
    // The watcher has ended with the server.
  });
  pipe.end('done\n');
}

/** The server does not keep the parent alive. */
function letParentExit(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();
}
