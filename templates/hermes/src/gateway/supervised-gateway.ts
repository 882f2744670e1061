import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, type Logger } from '@molecule/adapters';
import type { HermesEndpoint } from '../api/endpoint.js';
import { probe } from '../api/health.js';
import { endGateway, endLeftovers } from '../process/end-process.js';
import { waitUntil } from '../process/wait-until.js';
import type { Gateway } from './gateway.js';
import { removeGatewayRecord } from './gateway-record.js';
import { GatewayUsers } from './gateway-users.js';
import { adoptGateway, type LiveGateway, type StartOptions, startGateway } from './start-gateway.js';

/** Waits before the first, second, ... restart in a row. After the last one it is left to the next turn to try again. */
const RESTART_DELAYS_MS = [0, 500, 1000, 2000, 5000, 10_000, 30_000];
/** Milliseconds after which a gateway counts as well again, and the next restart is the first one. */
const WELL_AFTER_MS = 60_000;
/** Milliseconds between two checks for other users of the gateway. */
const LOOK_MS = 1000;
/** Milliseconds that a turn waits for a gateway that is gone: a start takes some seconds, more on a busy machine. */
const RECOVERY_MS = 60_000;

/**
 * A Hermes of the workspace: taken over or started, restarted when it dies, and ended by the last of the processes that use
 * it. What one process does to it, no other does at the same time.
 */
export class SupervisedGateway implements Gateway {
  readonly owned = true;
  readonly #options: StartOptions;
  readonly #logger: Logger;
  readonly #users: GatewayUsers;
  #current: Promise<LiveGateway>;
  #failures = 0;
  readonly #stop = new AbortController();
  #stopping: Promise<void> | undefined;
  #looking = false;
  readonly #looks: NodeJS.Timeout;

  private constructor(options: StartOptions, users: GatewayUsers, first: LiveGateway) {
    this.#options = options;
    this.#logger = options.logger;
    this.#users = users;
    this.#current = Promise.resolve(first);
    this.#watch(first);
    this.#looks = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  /**
   * Takes over or starts a gateway.
   *
   * @throws {HermesError} `HERMES_NOT_STARTED`, `HERMES_COMMAND_UNUSABLE`, `HERMES_VERSION_UNSUPPORTED`
   */
  static async start(options: StartOptions): Promise<SupervisedGateway> {
    const users = await GatewayUsers.join(options.files.users);
    try {
      const first = await users.alone(async () => {
        const found = await adoptGateway(options, { isShared: await users.haveOthers() });
        return found ?? startGateway(options);
      });
      return new SupervisedGateway(options, users, first);
    } catch (error) {
      await users.leave();
      throw error;
    }
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

  async recovered(lost: HermesEndpoint): Promise<void> {
    const isBack = async () => {
      if (this.#stop.signal.aborted) return true;
      const live = await this.#current.catch(() => undefined);
      return live === undefined || live.endpoint.baseUrl !== lost.baseUrl || (await probe(live.endpoint)) === 'ready';
    };
    const tooLong = delay(RECOVERY_MS, undefined, { ref: false });
    await Promise.race([waitUntil(isBack, RECOVERY_MS, 100), tooLong]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#looks);
    this.#stopping ??= this.#end();
    await this.#stopping;
  }

  async #end(): Promise<void> {
    const { files } = this.#options;
    const live = await this.#current.catch(() => undefined);
    await this.#users.alone(async () => {
      await this.#users.leave();
      if (await this.#users.haveOthers()) {
        this.#logger.info('Hermes goes on: other processes of this workspace use it', { pid: live?.pid });
        return;
      }
      if (live) await endGateway({ pid: live.pid, home: files.home });
      else await endLeftovers(files.home);
      await removeGatewayRecord(files.record);
    });
  }

  /** Checks whether the processes whose Hermes this process uses have ended. */
  async #look(): Promise<void> {
    if (this.#looking || this.#stop.signal.aborted) return;
    this.#looking = true;
    try {
      const live = await this.#current;
      if (!live.isBorrowed) return;
      await this.#users.alone(async () => {
        if (this.#stop.signal.aborted || (await this.#users.haveOthers())) return;
        this.#logger.info('the other processes have ended; their Hermes is replaced', { pid: live.pid });
        await endGateway({ pid: live.pid, home: this.#options.files.home });
      }, this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#logger.debug('Hermes could not be looked after', { error });
    } finally {
      this.#looking = false;
    }
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
        const live = await this.#users.alone(() => this.#adoptOrStart(), this.#stop.signal);
        this.#watch(live);
        return live;
      } catch (error) {
        if (this.#stop.signal.aborted || this.#failures >= RESTART_DELAYS_MS.length) throw error;
        this.#logger.warn('Hermes did not start; it is tried again', { failures: this.#failures, error });
      }
    }
  }

  /** Another process that uses it may have been faster. */
  async #adoptOrStart(): Promise<LiveGateway> {
    const isShared = await this.#users.haveOthers();
    const found = await adoptGateway({ ...this.#options, mayAdopt: true }, { isShared });
    return found ?? startGateway(this.#options, this.#stop.signal);
  }
}
