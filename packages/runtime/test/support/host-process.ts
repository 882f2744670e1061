import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A runtime in a separate process. */
export interface HostProcess extends AsyncDisposable {
  readonly url: string;
  /** Stops it and waits for its end. Returns the exit code or the signal. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string>;
}

export interface HostOptions {
  readonly directory: string;
  readonly repeatableTurns?: boolean;
  /** What the host's tasks survive. Default: `process`, as most tests need no more. */
  readonly durability?: 'machine' | 'process';
  /** The URL of a PostgreSQL database for its tasks. Default: SQLite in the directory. */
  readonly database?: string | undefined;
  /** The limit of open file descriptors. */
  readonly descriptors?: number;
  /** The limit of JavaScript's heap. */
  readonly heapMegabytes?: number;
}

/** A directory with a configuration for the play adapter, shared by concurrent or successive runtimes. */
export async function workspaceDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'molecule-host-'));
  await writeFile(join(path, 'config.yaml'), 'name: Test\ndescription: A test.\nversion: 1.0.0\nruntime: play\n');
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function startHost(options: HostOptions): Promise<HostProcess> {
  const limit = options.descriptors === undefined ? '' : `ulimit -n ${options.descriptors}; `;
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      `${limit}exec "$0" "$@"`,
      process.execPath,
      ...(options.heapMegabytes === undefined ? [] : [`--max-old-space-size=${options.heapMegabytes}`]),
      '--import',
      fileURLToPath(new URL('host/typescript-hooks.mjs', import.meta.url)),
      fileURLToPath(new URL('host/host.ts', import.meta.url)),
      options.directory,
      options.repeatableTurns ? 'repeatable' : 'once',
      options.durability ?? 'process',
      options.database ?? '',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    const [code, name] = await exited;
    return code ?? name ?? 'gone';
  };
  return { url: await firstLine(child), kill, [Symbol.asyncDispose]: async () => void (await kill('SIGKILL')) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new TypeError('The host has no output.');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error('The host ended before it served.');
}
