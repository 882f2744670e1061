import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A runtime in another process. */
export interface HostProcess extends AsyncDisposable {
  readonly url: string;
  /** Ends it and waits for its end; gives the exit code, or the signal. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string>;
}

export interface HostOptions {
  readonly directory: string;
  readonly repeatableTurns?: boolean;
  /** File descriptors that the process may have open. */
  readonly descriptors?: number;
}

/** A directory with a configuration for the play adapter, for runtimes that share their state or follow one another. */
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
      '--import',
      fileURLToPath(new URL('host/typescript-hooks.mjs', import.meta.url)),
      fileURLToPath(new URL('host/host.ts', import.meta.url)),
      options.directory,
      options.repeatableTurns ? 'repeatable' : 'once',
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
