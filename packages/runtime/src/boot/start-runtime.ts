import { type Logger, silentLogger } from '@molecule/adapters';
import { ShutdownSteps } from '../support/shutdown-steps.js';
import { type BootedRuntime, bootRuntime } from './boot-runtime.js';
import { readWorkspace, type WorkspaceDefinition } from './open-workspace.js';
import type { RuntimeHandle, RuntimeInfo, RuntimeOptions, RuntimeState } from './runtime-types.js';

/**
 * Starts a workspace's agent as an A2A server. Returns at once; `ready` settles when it serves or has failed.
 *
 * ```ts
 * await using runtime = startRuntime({ configPath: '.', environment: process.env });
 * const { url } = await runtime.ready;
 * ```
 *
 * It installs no signal handlers and never ends the process: both belong to the host program.
 */
export function startRuntime(options: RuntimeOptions): RuntimeHandle {
  return new Runtime(options.logger ?? silentLogger, () => readWorkspace(options));
}

/** {@link startRuntime} for a workspace whose configuration the caller has already read. */
export function startWorkspace(workspace: WorkspaceDefinition): RuntimeHandle {
  return new Runtime(workspace.logger, async () => workspace);
}

class Runtime implements RuntimeHandle {
  readonly ready: Promise<RuntimeInfo>;
  readonly stopped: Promise<void>;
  #markStopped = () => {};
  readonly #steps = new ShutdownSteps();
  #logger: Logger;
  #state: RuntimeState = 'starting';
  #booted: BootedRuntime | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(logger: Logger, read: () => Promise<WorkspaceDefinition>) {
    this.#logger = logger;
    this.stopped = new Promise((resolve) => {
      this.#markStopped = resolve;
    });
    this.ready = this.#boot(read);
    // A host that does not await `ready` must not end with an unhandled rejection.
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

  async #boot(read: () => Promise<WorkspaceDefinition>): Promise<RuntimeInfo> {
    try {
      const workspace = await read();
      this.#logger = workspace.logger;
      this.#booted = await bootRuntime(workspace, this.#steps, () => void this.shutdown());
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
    this.#markStopped();
  }
}
