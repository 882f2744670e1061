import { type Logger, silentLogger } from '@molecule/adapters';
import { type BootedRuntime, bootRuntime } from './boot/boot-runtime.js';
import { ShutdownSteps } from './boot/shutdown-steps.js';
import type { RuntimeHandle, RuntimeInfo, RuntimeOptions, RuntimeState } from './runtime-types.js';

/**
 * Starts a workspace's agent as an A2A server. Returns at once; `ready` tells when it serves, or why it never will.
 *
 * ```ts
 * await using runtime = startRuntime({ configPath: '.', environment: process.env });
 * const { url } = await runtime.ready;
 * ```
 *
 * It installs no signal handlers and never ends the process: both are the host's.
 */
export function startRuntime(options: RuntimeOptions): RuntimeHandle {
  return new Runtime(options);
}

class Runtime implements RuntimeHandle {
  readonly ready: Promise<RuntimeInfo>;
  readonly #steps = new ShutdownSteps();
  readonly #logger: Logger;
  #state: RuntimeState = 'starting';
  #booted: BootedRuntime | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(options: RuntimeOptions) {
    this.#logger = options.logger ?? silentLogger;
    this.ready = this.#boot(options);
    // Whoever awaits `ready` learns of a failure; whoever does not must not be ended by it.
    this.ready.catch(() => {});
  }

  get state(): RuntimeState {
    return this.#state;
  }

  get url(): string | undefined {
    return this.#booted?.info.url;
  }

  activeTasks(): number {
    return this.#booted?.activeTasks() ?? 0;
  }

  shutdown(options: { graceMs?: number } = {}): Promise<void> {
    this.#shutdown ??= this.#stop(options.graceMs);
    return this.#shutdown;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #boot(options: RuntimeOptions): Promise<RuntimeInfo> {
    try {
      this.#booted = await bootRuntime(options, this.#steps);
    } catch (error) {
      await this.#steps.runAll(this.#logger);
      this.#state = 'failed';
      throw error;
    }
    if (this.#state === 'starting') this.#state = 'ready';
    return this.#booted.info;
  }

  async #stop(graceMs: number | undefined): Promise<void> {
    const failed = await this.ready.then(
      () => false,
      () => true,
    );
    if (failed || !this.#booted) return;
    this.#state = 'draining';
    await this.#booted.drain(graceMs ?? this.#booted.defaultGraceMs);
    await this.#steps.runAll(this.#logger);
    this.#state = 'stopped';
  }
}
