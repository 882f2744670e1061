import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server under measurement, in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** Milliseconds from the spawn to the address. */
  readonly bootMs: number;
  /** Memory of the process after a collection. */
  memory(): Promise<NodeJS.MemoryUsage>;
}

export interface ServerSpec {
  /** File in `servers/`, without its ending. */
  readonly name: string;
  readonly parameters?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startServer({ name, parameters = [], environment = {} }: ServerSpec): Promise<ServerProcess> {
  const begun = performance.now();
  const file = fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url));
  const child = fork(file, parameters, { env: { ...process.env, ...environment }, execArgv: ['--expose-gc'] });
  const { url } = await answer<{ url: string }>(child);
  return {
    url,
    bootMs: performance.now() - begun,
    async memory() {
      child.send('memory');
      return (await answer<{ memory: NodeJS.MemoryUsage }>(child)).memory;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The server under measurement ended with code ${code}.`);
  });
  const [message] = await Promise.race([once(child, 'message'), exited]);
  return message as T;
}
