import type { Logger } from '@molecule/adapters';
import { pause, wallClock } from '../support/clock.js';
import { within } from '../support/wait.js';
import type { Changes } from '../tasks/changes.js';
import type { Duties, HeldDuty } from '../tasks/duties.js';
import type { Left, PendingPush, PushDeliveries } from '../tasks/log/push/push-deliveries.js';
import { StorageError } from '../tasks/storage/storage-error.js';
import type { PushCourier } from './push-courier.js';

/** Of several processes, one delivers. */
const DUTY = 'push';

/** Deliveries at the same time; of these to one place; and of these for one owner, who can name many places that do not answer. */
const MOST_AT_ONCE = 32;
const MOST_AT_ORIGIN = 8;
const MOST_OF_OWNER = 16;
/** Configurations that are read at once. */
const BATCH = 200;
/** How long hints are gathered. */
const GATHER_MS = 10;
/** How often it is looked without a hint: one query of an index, whatever the number of configurations. */
const LOOK_MS = 2_000;
/** How often it is looked for ends of tasks that a process of an older version has written. */
const CATCH_UP_MS = 60_000;
/** How long a stop waits for a look that is under way. */
const STOP_MS = 2_000;

export interface PushSenderOptions {
  readonly deliveries: Pick<PushDeliveries, 'pending' | 'catchUp'>;
  readonly duties: Pick<Duties, 'hold'>;
  readonly changes: Pick<Changes, 'subscribe'>;
  readonly courier: Pick<PushCourier, 'deliver'>;
  readonly logger: Logger;
}

/**
 * Delivers push notifications while this process has that duty: each configuration by itself, many at the same time. It asks for the
 * duty once there is something to deliver.
 */
export class PushSender {
  readonly #options: PushSenderOptions;
  readonly #running = new Map<string, PendingPush>();
  readonly #stopping = new AbortController();
  #wake = () => {};
  #caughtUpAt = Number.NEGATIVE_INFINITY;
  #needed: Promise<void> = Promise.resolve();
  #leave: () => Promise<void> = async () => {};

  constructor(options: PushSenderOptions) {
    this.#options = options;
  }

  start(): void {
    const { duties, changes, logger } = this.#options;
    const onError = (error: unknown) =>
      logger.error('push notifications are not sent at the moment; it is tried again', { error });
    changes.subscribe('push', () => this.#wake());
    this.#needed = this.#untilNeeded(onError).then(() => {
      if (!this.#stopping.signal.aborted) this.#leave = duties.hold(DUTY, (duty) => this.#work(duty), onError);
    });
  }

  /** Resolves when this process delivers no more, and another one may begin. */
  async stop(): Promise<void> {
    this.#stopping.abort('stopped');
    this.#wake();
    await within(this.#needed, STOP_MS, () => {});
    await this.#leave();
  }

  /** Resolves when there is something to deliver, or at a stop. */
  async #untilNeeded(onError: (error: unknown) => void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const woken = this.#woken();
      const pending = await this.#pending(1).catch(onError);
      if (pending && pending.length > 0) return;
      await this.#rest(woken, LOOK_MS, signal);
    }
  }

  async #work(duty: HeldDuty): Promise<void> {
    const { signal } = duty;
    const running = new Set<Promise<void>>();
    // Before, another process may have had the duty that has ended since.
    this.#caughtUpAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const woken = this.#woken();
      await this.#rest(woken, await this.#begin(duty, running), signal);
    }
    await Promise.all(running);
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #rest(woken: Promise<void>, milliseconds: number, signal: AbortSignal): Promise<void> {
    await Promise.race([woken, pause(wallClock, milliseconds, signal)]);
    // Hints that come together are one look.
    await pause(wallClock, GATHER_MS, signal);
  }

  /** Begins what is due and has room. Returns after how many milliseconds it is to be looked again. */
  async #begin(duty: HeldDuty, running: Set<Promise<void>>): Promise<number> {
    // The end of a delivery wakes it.
    if (this.#running.size >= MOST_AT_ONCE) return LOOK_MS;
    const pending = await this.#pending(BATCH);
    const now = Date.now();
    for (const each of pending.filter(({ notBefore }) => notBefore <= now)) {
      if (!this.#hasRoom(each)) continue;
      const delivered = this.#deliver(each, duty).finally(() => {
        running.delete(delivered);
        this.#wake();
      });
      running.add(delivered);
    }
    const next = pending.find(({ notBefore }) => notBefore > now);
    return Math.min(LOOK_MS, Math.max(1, (next?.notBefore ?? Number.POSITIVE_INFINITY) - now));
  }

  async #pending(most: number): Promise<readonly PendingPush[]> {
    const { deliveries } = this.#options;
    try {
      if (performance.now() - this.#caughtUpAt >= CATCH_UP_MS) {
        await deliveries.catchUp();
        this.#caughtUpAt = performance.now();
      }
      return await deliveries.pending(most, this.#full());
    } catch (error) {
      // Storage trouble is in the log already.
      if (StorageError.is(error)) return [];
      throw error;
    }
  }

  #hasRoom(pending: PendingPush): boolean {
    if (this.#running.has(keyOf(pending)) || this.#running.size >= MOST_AT_ONCE) return false;
    const { origins, owners } = this.#full();
    return !origins.includes(pending.origin) && !owners.includes(pending.owner);
  }

  /** Receivers and owners with as many deliveries as one may have: what waits for them must not delay others. */
  #full(): Required<Left> {
    const running = [...this.#running.values()];
    return {
      origins: atLeast(
        running.map(({ origin }) => origin),
        MOST_AT_ORIGIN,
      ),
      owners: atLeast(
        running.map(({ owner }) => owner),
        MOST_OF_OWNER,
      ),
    };
  }

  async #deliver(pending: PendingPush, duty: HeldDuty): Promise<void> {
    const key = keyOf(pending);
    this.#running.set(key, pending);
    try {
      await this.#options.courier.deliver(pending, duty);
    } catch (error) {
      if (!StorageError.is(error))
        this.#options.logger.error('a push notification failed', { taskId: pending.taskId, error });
      // The storage would fail at once again.
      await pause(wallClock, LOOK_MS, duty.signal);
    } finally {
      this.#running.delete(key);
    }
  }
}

/** What is named so often. */
function atLeast(names: readonly string[], times: number): readonly string[] {
  return [...new Set(names)].filter((name) => names.filter((other) => other === name).length >= times);
}

function keyOf({ taskId, id }: Pick<PendingPush, 'taskId' | 'id'>): string {
  return JSON.stringify([taskId, id]);
}
