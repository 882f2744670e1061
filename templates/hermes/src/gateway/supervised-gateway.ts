import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, type Logger } from '@molecule/adapters';
import type { HermesEndpoint } from '../api/endpoint.js';
import { endGateway, endLeftovers } from '../process/end-process.js';
import type { Gateway } from './gateway.js';
import { removeGatewayRecord } from './gateway-record.js';
import { forgetEndpoint } from './runtime-tools.js';
import { adoptGateway, type LiveGateway, type StartOptions, startGateway } from './start-gateway.js';

/** Waits before the first, second, ... restart in a row. After the last one it is left to the next turn to try again. */
const RESTART_DELAYS_MS = [0, 500, 1000, 2000, 5000, 10_000, 30_000];
/** Milliseconds after which a gateway counts as well again, and the next restart is the first one. */
const WELL_AFTER_MS = 60_000;

/** A Hermes of our own: taken over or started, restarted when it dies, ended at the end. */
export class SupervisedGateway implements Gateway {
  readonly owned = true;
  readonly #options: StartOptions;
  readonly #logger: Logger;
  #current: Promise<LiveGateway>;
  #failures = 0;
  readonly #stop = new AbortController();
  #stopping: Promise<void> | undefined;

  private constructor(options: StartOptions, first: LiveGateway) {
    this.#options = options;
    this.#logger = options.logger;
    this.#current = Promise.resolve(first);
    this.#watch(first);
  }

  /** Takes over or starts a gateway. Throws an `Error` for the operator when it does not come up. */
  static async start(options: StartOptions): Promise<SupervisedGateway> {
    const first = (await adoptGateway(options)) ?? (await startGateway(options));
    return new SupervisedGateway(options, first);
  }

  async endpoint(): Promise<HermesEndpoint> {
    if (this.#stop.signal.aborted) throw new EngineError('unavailable', 'Hermes is being stopped.');
    try {
      return (await this.#current).endpoint;
    } catch (cause) {
      // All restarts in a row failed. This turn fails, and the next one finds a new attempt under way.
      this.#failures = RESTART_DELAYS_MS.length - 1;
      this.#current = this.#restart();
      throw new EngineError('unavailable', 'Hermes does not start; see the log of the workspace.', { cause });
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#stopping ??= this.#end();
    await this.#stopping;
  }

  async #end(): Promise<void> {
    const { files } = this.#options;
    const live = await this.#current.catch(() => undefined);
    if (live) await endGateway({ pid: live.pid, home: files.home });
    else await endLeftovers(files.home);
    await removeGatewayRecord(files.record);
    await forgetEndpoint(files);
  }

  #watch(live: LiveGateway): void {
    const since = Date.now();
    void live.ended.then((reason) => {
      if (this.#stop.signal.aborted) return;
      if (Date.now() - since > WELL_AFTER_MS) this.#failures = 0;
      this.#logger.warn('Hermes ended by itself and is started again', { pid: live.pid, reason });
      this.#current = this.#restart();
    });
  }

  /** Tries until a start succeeds or the delays are used up. The promise is never left unhandled. */
  #restart(): Promise<LiveGateway> {
    const restarted = this.#tryRestarts();
    restarted.catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#logger.error('Hermes could not be started again', { error });
    });
    return restarted;
  }

  async #tryRestarts(): Promise<LiveGateway> {
    for (;;) {
      await delay(RESTART_DELAYS_MS[this.#failures] ?? 0, undefined, { ref: false, signal: this.#stop.signal });
      this.#failures += 1;
      try {
        await endLeftovers(this.#options.files.home);
        const live = await startGateway(this.#options, this.#stop.signal);
        this.#watch(live);
        return live;
      } catch (error) {
        if (this.#stop.signal.aborted || this.#failures >= RESTART_DELAYS_MS.length) throw error;
        this.#logger.warn('Hermes did not start; it is tried again', { failures: this.#failures, error });
      }
    }
  }
}
