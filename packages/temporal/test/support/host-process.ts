import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RunOutcome } from '../../src/index.js';
import type { HostCommand, HostEvent, HostOptions } from '../fixtures/host.js';
import { waitUntil } from './wait-until.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/host.ts', import.meta.url));

/** A process of `fixtures/host.ts`; killed when disposed. */
export class HostProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #events: HostEvent[] = [];

  constructor(options: Partial<HostOptions> & Pick<HostOptions, 'host' | 'ledger'>) {
    const complete: HostOptions = {
      workspaceId: 'workspace-1',
      instanceId: 'instance-1',
      unfinished: [],
      graceMs: 0,
      ...options,
    };
    this.#child = fork(FIXTURE, [JSON.stringify(complete)], { execArgv: [] });
    this.#child.on('message', (event: HostEvent) => this.#events.push(event));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  send(command: HostCommand): void {
    this.#child.send(command);
  }

  /** The time at which it could accept tasks, by its own clock. */
  async ready(): Promise<number> {
    const ready = await waitUntil('host is ready', () => this.#events.find((event) => event.event === 'ready'));
    return ready.at;
  }

  async outcome(taskId: string): Promise<RunOutcome> {
    const event = await waitUntil(`outcome of ${taskId}`, () =>
      this.#events.find((one) => one.event === 'outcome' && one.taskId === taskId),
    );
    return (event as Extract<HostEvent, { event: 'outcome' }>).outcome as RunOutcome;
  }

  /** Sends a signal and waits for the end of the process. Returns the exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill(signal);
      await exited;
    }
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
