import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { until } from '@molecule/runtime/testing';
import { freePort } from './free-port.ts';
import { commandOf, descendantsOf, processesOf, sendSignal } from './process-tree.ts';

/** How the agent of a workspace is started, each time. */
export interface AgentSpec {
  /** Contains `config.yaml`. */
  readonly directory: string;
  /** Every process of the agent has this path in its environment. */
  readonly stateDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs. Default: on this host. */
  readonly host?: AgentHost;
  /** The command `molecule`, of another version. Default: that of this tree. */
  readonly command?: string | undefined;
}

export interface AgentHost {
  /** Words before the command, such as `ip netns exec <name>`. */
  readonly prefix: readonly string[];
  readonly address: string;
}

/** Longer than the grace of a stop and the end of an engine's processes. */
const STOP_MS = 30_000;

/** `molecule start` in a separate process, which keeps its port through all restarts. */
export class AgentProcess {
  readonly url: string;
  readonly #spec: AgentSpec;
  readonly #port: number;
  #child: ChildProcess | undefined;
  /** The output of all processes so far. */
  output = '';
  /** Where the log begins in which {@link loggedAt} looks. */
  #lastBegins = 0;
  #mark = 0;

  private constructor(spec: AgentSpec, port: number) {
    this.#spec = spec;
    this.#port = port;
    this.url = `http://${spec.host?.address ?? '127.0.0.1'}:${port}`;
  }

  static async create(spec: AgentSpec): Promise<AgentProcess> {
    return new AgentProcess(spec, await freePort());
  }

  /** Here something begins: {@link loggedAt} and {@link outputSinceMark} look at nothing before. */
  mark(): void {
    this.#lastBegins = this.output.length;
    this.#mark = this.output.length;
  }

  get outputSinceMark(): string {
    return this.output.slice(this.#mark);
  }

  /** When the last process first logged a message, in milliseconds since 1970; undefined if it has not. */
  loggedAt(message: string, taskId?: string): number | undefined {
    for (const line of this.output.slice(this.#lastBegins).split('\n')) {
      if (!line.includes(`"message":"${message}"`) || (taskId !== undefined && !line.includes(taskId))) continue;
      if (line.endsWith('}')) return Date.parse((JSON.parse(line) as { readonly time: string }).time);
    }
    return undefined;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a signal to the process and every process below it, and waits for nothing. */
  signalAll(signal: NodeJS.Signals): void {
    for (const pid of [this.pid, ...descendantsOf(this.pid)]) sendSignal(pid, signal);
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    this.#lastBegins = this.output.length;
    const [command = '', ...words] = [
      ...(this.#spec.host?.prefix ?? []),
      ...[process.execPath, this.#spec.command ?? cli(), 'start', this.#spec.directory],
    ];
    const child = spawn(command, words, {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: String(this.#port),
        MOLECULE_LOG_FORMAT: 'json',
        LOG_LEVEL: 'debug',
        MOLECULE_STATE_DIR: this.#spec.stateDir,
        ...this.#spec.environment,
        ...(this.#spec.host && { MOLECULE_HOST: this.#spec.host.address, MOLECULE_ALLOW_ANONYMOUS: '1' }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const readyOrEnded = () => this.loggedAt('ready') !== undefined || child.exitCode !== null;
    await until('the agent to be ready', readyOrEnded, 60_000);
    if (child.exitCode === null) return;
    throw new Error(`The agent ended with code ${child.exitCode}:\n${this.output.slice(this.#lastBegins)}`);
  }

  /** Waits until turns are durable. */
  async durable(): Promise<void> {
    const isDurable = async () => {
      const response = await fetch(`${this.url}/readyz`);
      const { durable } = (await response.json()) as { durable?: { yes: boolean } };
      return durable?.yes === true;
    };
    await until('durable execution', isDurable, 30_000);
  }

  /** Sends a signal and waits for the end. `all`: to every process below it too, as a service manager does. */
  async stop(signal: NodeJS.Signals, all = false): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const others = all ? descendantsOf(child.pid ?? 0) : [];
    child.kill(signal);
    for (const pid of others) sendSignal(pid, signal);
    await once(child, 'exit');
  }

  /**
   * Stops the process as an operator would, so that the engine's processes end as well; after a deadline, kills it. Then
   * kills every process that is left.
   *
   * @returns the commands of the processes that were left
   */
  async end(): Promise<readonly string[]> {
    const child = this.#child;
    const deadline = setTimeout(() => child?.kill('SIGKILL'), STOP_MS);
    await this.stop('SIGTERM').finally(() => clearTimeout(deadline));
    const left = processesOf(this.#spec.stateDir);
    const commands = left.map(commandOf);
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    return commands;
  }
}

function cli(): string {
  const manifest = createRequire(import.meta.url).resolve('@molecule/runtime/package.json');
  return join(dirname(manifest), 'dist', 'cli.js');
}
