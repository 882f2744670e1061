import type { QueueLimits } from './runtime-settings.js';
import type { SettingsReader } from './settings-reader.js';
import { SETTINGS } from './settings-table.js';

const DEFAULT_MAX_TURNS = 5_000;
const LEAST_DEFAULT_QUEUE = 100;
const DEFAULT_QUEUE_LIMIT = 16;

/**
 * The limits of turns. Those of an owner never exceed those of the process.
 *
 * @param severalOwners if callers may be of more than one owner
 */
export function readQueueLimits(reader: SettingsReader, severalOwners: boolean): QueueLimits {
  const running = reader.read(SETTINGS.maxTurns) ?? DEFAULT_MAX_TURNS;
  const waiting = reader.read(SETTINGS.maxQueue) ?? Math.max(running, LEAST_DEFAULT_QUEUE);
  return {
    running,
    waiting,
    runningOfOwner: Math.min(running, reader.read(SETTINGS.maxTurnsPerOwner) ?? running),
    waitingOfOwner: Math.min(
      waiting,
      reader.read(SETTINGS.maxQueuePerOwner) ?? (severalOwners ? Math.ceil(waiting / 2) : waiting),
    ),
    waitingInContext: reader.read(SETTINGS.queueLimit) ?? DEFAULT_QUEUE_LIMIT,
  };
}
