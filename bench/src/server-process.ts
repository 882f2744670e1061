import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A measured server in a separate process. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** Milliseconds from the spawn to the address. */
  readonly bootMs: number;
  /** Memory of the process after a garbage collection. */
  memory(): Promise<NodeJS.MemoryUsage>;
  /** CPU time of the process in milliseconds, user and system. */
  cpuMs(): Promise<number>;
  /** The largest resident memory of the process so far. */
  peakMegabytes(): Promise<number>;
  /** The longest block of the event loop since the last call, in milliseconds. */
  blockMs(): Promise<number>;
  /** Kills the process at once. */
  kill(): void;
  /** Any other answer of a program. */
  ask<Reply>(question: string): Promise<Reply>;
}

export interface ServerSpec {
  /** The file in `servers/`, without its extension. */
  readonly name: string;
  readonly parameters?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Of Node.js. */
  readonly options?: readonly string[];
}

export async function startServer({
  name,
  parameters = [],
  environment = {},
  options = [],
}: ServerSpec): Promise<ServerProcess> {
  const begun = performance.now();
  const file = fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url));
  const child = fork(file, parameters, {
    env: { ...process.env, ...environment },
    execArgv: ['--expose-gc', ...options],
  });
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
    async peakMegabytes() {
      return (await ask<{ peakMegabytes: number }>(child, 'peak')).peakMegabytes;
    },
    async blockMs() {
      return (await ask<{ blockMs: number }>(child, 'block')).blockMs;
    },
    ask: (question) => ask(child, question),
    kill: () => child.kill('SIGKILL'),
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
    throw new Error(`The measured server exited with code ${code}.`);
  });
  const [message] = await Promise.race([once(child, 'message'), exited]);
  return message as T;
}
