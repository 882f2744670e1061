import type { QueueLimits } from '../../src/settings/environment/runtime-settings.js';

/** Limits that no test meets by chance. */
export function queueLimits(changed: Partial<QueueLimits> = {}): QueueLimits {
  return {
    running: 1_000,
    waiting: 1_000,
    runningOfOwner: 1_000,
    waitingOfOwner: 1_000,
    waitingInContext: 16,
    ...changed,
  };
}
