import type { AccessToken, QueueLimits } from './runtime-settings.js';
import type { SettingsReader } from './settings-reader.js';
import { SETTINGS } from './settings-table.js';

const DEFAULT_MAX_TURNS = 5_000;
const LEAST_DEFAULT_QUEUE = 100;
const DEFAULT_QUEUE_LIMIT = 16;

/** The limits of turns. Those of an owner never exceed those of the process. */
export function readQueueLimits(reader: SettingsReader, tokens: readonly AccessToken[]): QueueLimits {
  const running = reader.read(SETTINGS.maxTurns) ?? DEFAULT_MAX_TURNS;
  const waiting = reader.read(SETTINGS.maxQueue) ?? Math.max(running, LEAST_DEFAULT_QUEUE);
  const severalOwners = new Set(tokens.map(({ owner }) => owner)).size > 1;
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
