import type { Logger } from '@molecule/adapters';
import type { QueueLimits } from '../../settings/environment/runtime-settings.js';
import { type Clock, repeat } from '../../support/clock.js';
import type { Boots } from '../../tasks/boots.js';
import type { TurnQueue } from './turn-queue.js';

/** How often the number of boots is read. */
const READ_MS = 1_000;

export interface LimitPartsOptions {
  readonly queue: TurnQueue;
  /** Of the workspace. */
  readonly limits: QueueLimits;
  readonly boots: Pick<Boots, 'count'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly logger: Logger;
}

/** Gives the queue this process's part of the workspace's limits, now and when the number of boots changes. Returns a function that ends it. */
export async function shareLimits({ queue, limits, boots, clock, logger }: LimitPartsOptions): Promise<() => void> {
  let shared = 1;
  const read = async () => {
    try {
      const count = await boots.count();
      if (count === shared) return;
      shared = count;
      queue.limit(partOf(limits, count));
      logger.info('the limits of turns are shared by the processes of the workspace', { processes: count });
    } catch (error) {
      logger.warn('the processes of the workspace could not be counted', { error });
    }
  };
  await read();
  return repeat(clock, READ_MS, read);
}

/** The part of one of so many processes. All turns of a context wait for each other, whichever process has them. */
export function partOf(limits: QueueLimits, processes: number): QueueLimits {
  const part = (limit: number) => Math.max(Math.min(limit, 1), Math.floor(limit / processes));
  return {
    running: part(limits.running),
    waiting: part(limits.waiting),
    runningOfOwner: part(limits.runningOfOwner),
    waitingOfOwner: part(limits.waitingOfOwner),
    waitingInContext: limits.waitingInContext,
  };
}
