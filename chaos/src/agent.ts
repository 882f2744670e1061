import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { descendantsOf, sendSignal } from './process-tree.ts';
import { waitFor } from './wait-for.ts';

/** How a workspace's agent is started, each time in the same way. */
export interface AgentSpec {
  /** Holds `config.yaml`. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** `molecule start` in a process of its own, on one port through all its lives. */
export class AgentProcess {
  readonly url: string;
  readonly #spec: AgentSpec;
  readonly #port: number;
  #child: ChildProcess | undefined;
  /** All that the lives so far have printed. */
  output = '';
  #lifeBegins = 0;

  private constructor(spec: AgentSpec, port: number) {
    this.#spec = spec;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async create(spec: AgentSpec): Promise<AgentProcess> {
    return new AgentProcess(spec, await freePort());
  }

  /** When the last life said something for the first time, milliseconds since 1970; undefined: it has not yet. */
  saidAt(message: string, taskId?: string): number | undefined {
    for (const line of this.output.slice(this.#lifeBegins).split('\n')) {
      if (!line.includes(`"message":"${message}"`) || (taskId !== undefined && !line.includes(taskId))) continue;
      if (line.endsWith('}')) return Date.parse((JSON.parse(line) as { readonly time: string }).time);
    }
    return undefined;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    this.#lifeBegins = this.output.length;
    const child = spawn(process.execPath, [cli(), 'start', this.#spec.directory], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: String(this.#port),
        MOLECULE_LOG_FORMAT: 'json',
        LOG_LEVEL: 'debug',
        ...this.#spec.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const decided = () => this.saidAt('ready') !== undefined || child.exitCode !== null;
    await waitFor('the agent to be ready', decided, 60_000);
    if (child.exitCode === null) return;
    throw new Error(`The agent ended with code ${child.exitCode}:\n${this.output.slice(this.#lifeBegins)}`);
  }

  /** Waits until turns are durable. */
  async durable(): Promise<void> {
    const isDurable = async () => {
      const response = await fetch(`${this.url}/readyz`);
      const { durable } = (await response.json()) as { durable?: { yes: boolean } };
      return durable?.yes === true;
    };
    await waitFor('durable execution', isDurable, 30_000);
  }

  /** Ends it and waits for its end. `all`: the signal goes to every process below it, too, as a service manager sends it. */
  async stop(signal: NodeJS.Signals, all = false): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const others = all ? descendantsOf(child.pid ?? 0) : [];
    child.kill(signal);
    for (const pid of others) sendSignal(pid, signal);
    await once(child, 'exit');
  }
}

export async function freePort(): Promise<number> {
  for (;;) {
    // Below the ports that the system gives to outgoing connections, which take one that is free for a moment.
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('listening', () => server.close(() => resolve(true)));
      server.once('error', () => resolve(false));
    });
    if (isFree) return port;
  }
}

function cli(): string {
  const manifest = createRequire(import.meta.url).resolve('@molecule/runtime/package.json');
  return join(dirname(manifest), 'dist', 'cli.js');
}
