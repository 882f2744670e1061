import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { taskQueueFor } from '../contract/names.js';
import { bounded } from '../support/bounded.js';
import { LONGEST_TIMER_MS } from '../support/delay.js';
import type { StageActivities } from '../workflow/stage-activities.js';
import { createHostWorker } from './host-worker.js';
import type { LinkOptions } from './link-options.js';

/** Makes the worker of this process; it does not run yet. */
export async function createWorker(
  options: LinkOptions,
  connection: NativeConnection,
  dataConverter: DataConverter,
  activities: StageActivities,
): Promise<Worker> {
  const creation = createHostWorker(await import('@temporalio/worker'), {
    connection,
    namespace: options.namespace,
    identity: options.identity,
    taskQueue: taskQueueFor(options.workspaceId),
    workflowBundle: { codePath: options.workflowBundlePath ?? shippedBundlePath() },
    activities,
    dataConverter,
    // Without it a cancel and a checkpoint wait for most of the heartbeat timeout.
    maxHeartbeatThrottleInterval: options.settings.heartbeatIntervalMs,
    // A workflow whose process died waits no longer than this for that very process.
    stickyQueueScheduleToStartTimeout: '1s',
    // A turn is waiting, not computing. Too few slots and another replica is given the turn that begins here.
    maxConcurrentActivityTaskExecutions: 1_000,
    maxConcurrentWorkflowTaskExecutions: 200,
    // The wrapper itself ends the turns when their time of grace is over.
    shutdownGraceTime: LONGEST_TIMER_MS,
    // Runs workflows on the main thread: this workflow computes nothing, and a second thread costs 50 MB and 0.3 s of boot.
    debugMode: true,
  });
  // The server is asked for the namespace here, again and again when it refuses.
  return bounded(
    creation,
    options.settings.connectTimeoutMs,
    'creating the worker',
    (late) => void endLate(late, options),
  );
}

/** A worker lets its connection go only when it has run and stopped. */
async function endLate(worker: Worker, { logger }: LinkOptions): Promise<void> {
  try {
    const stopped = worker.run();
    worker.shutdown();
    await stopped;
  } catch (error) {
    logger.debug('a worker that came too late did not end cleanly', { error: String(error) });
  }
}

function shippedBundlePath(): string {
  return fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
}
