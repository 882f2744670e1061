import { fileURLToPath } from 'node:url';
import type { Logger } from '@molecule/adapters';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, Worker, WorkerDeploymentOptions } from '@temporalio/worker';
import { taskQueueFor } from '../contract/names.js';
import { bounded, LONGEST_TIMER_MS } from '../support/wait.js';
import type { StageActivities } from '../workflow/stage-activities.js';
import { createHostWorker } from './host-worker.js';
import type { LinkOptions } from './link-options.js';

/** Creates the worker of this process; it does not run yet. */
export async function createWorker(
  options: LinkOptions,
  connection: NativeConnection,
  dataConverter: DataConverter,
  activities: StageActivities,
): Promise<Worker> {
  const { server, worker, settings, logger } = options;
  const taskQueue = taskQueueFor(worker.workspaceId);
  const creation = createHostWorker(await import('@temporalio/worker'), {
    connection,
    namespace: server.namespace,
    identity: worker.identity,
    taskQueue,
    ...(worker.buildId !== undefined && { workerDeploymentOptions: versionOf(taskQueue, worker.buildId) }),
    workflowBundle: { codePath: worker.workflowBundlePath ?? shippedBundlePath() },
    activities,
    dataConverter,
    // Without it a cancel and a checkpoint wait for most of the heartbeat timeout.
    maxHeartbeatThrottleInterval: settings.heartbeatIntervalMs,
    // A workflow whose process died waits at most this long for that process.
    stickyQueueScheduleToStartTimeout: '1s',
    // With too few, another replica would get the turn that begins here.
    maxConcurrentActivityTaskExecutions: settings.maxConcurrentTurns,
    maxConcurrentWorkflowTaskExecutions: 200,
    // The wrapper itself ends the turns after the grace period.
    shutdownGraceTime: LONGEST_TIMER_MS,
    // Runs workflows on the main thread: this workflow computes nothing, and a second thread costs 50 MB and 0.3 s of boot.
    debugMode: true,
  });
  // The SDK asks for the namespace here, and repeats that while the server refuses.
  return bounded(creation, settings.connectTimeoutMs, 'creating the worker', (late) => void endLate(late, logger));
}

/** What a workflow decides is the same in all versions side by side, so it may continue in any of them. */
function versionOf(deploymentName: string, buildId: string): WorkerDeploymentOptions {
  return { version: { deploymentName, buildId }, useWorkerVersioning: true, defaultVersioningBehavior: 'AUTO_UPGRADE' };
}

/** A worker releases its connection only after it has run and stopped. */
async function endLate(worker: Worker, logger: Logger): Promise<void> {
  try {
    const stopped = worker.run();
    worker.shutdown();
    await stopped;
  } catch (error) {
    logger.debug('a worker that was created too late did not end cleanly', { error: String(error) });
  }
}

function shippedBundlePath(): string {
  return fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
}
