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
  /** Milliseconds of a core that the process has used, user and system. */
  cpuMs(): Promise<number>;
  /** Whatever else a program answers. */
  ask<Reply>(question: string): Promise<Reply>;
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
      return (await ask<{ memory: NodeJS.MemoryUsage }>(child, 'memory')).memory;
    },
    async cpuMs() {
      const { cpu } = await ask<{ cpu: NodeJS.CpuUsage }>(child, 'cpu');
      return (cpu.user + cpu.system) / 1000;
    },
    ask: (question) => ask(child, question),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const answered = answer<T>(child);
  child.send(question);
  return answered;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The server under measurement ended with code ${code}.`);
  });
  const [message] = await Promise.race([once(child, 'message'), exited]);
  return message as T;
}
