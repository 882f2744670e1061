import type { Logger } from '@molecule/adapters';
import type { HermesClient } from '../api/hermes-client.js';
import { hasEnded } from '../api/runs.js';
import { endLeftovers } from '../process/end-process.js';
import { waitUntil } from '../process/wait-until.js';
import { orCanceled } from './canceled.js';
import type { FollowedRun } from './follow-run.js';
import type { TurnJournal } from './turn-journal.js';

/** What it takes to stop a run. */
export interface StopParts {
  readonly client: HermesClient;
  readonly journal: TurnJournal;
  /**
   * Readers of runs that wait for a person, by run: Hermes gives each event once, so the reader stays. Only a comfort:
   * without it, after a restart for instance, the run's status and transcript tell the rest.
   */
  readonly parked: Map<string, FollowedRun>;
  /** `HERMES_HOME` of a Hermes that this workspace alone uses; absent when it is somebody else's. */
  readonly home?: string;
  readonly logger: Logger;
}

/**
 * Stops a run and waits until it has ended, its commands with it: also those that have begun a session of their own, which
 * Hermes does not reach. False when that was not seen within `waitMs`; it never
 * throws, since it is used where a turn ends anyway.
 */
export async function stopRun(
  { client, parked, home, logger }: StopParts,
  runId: string,
  waitMs: number,
): Promise<boolean> {
  parked.get(runId)?.stream?.close();
  parked.delete(runId);
  try {
    // Bounded as a whole: a gateway that is just being started again has lost the run anyway.
    await orCanceled(stopAndWait(client, runId, waitMs), AbortSignal.timeout(waitMs));
    return true;
  } catch (error) {
    logger.warn('a run could not be seen to stop in Hermes', { runId, error });
    return false;
  } finally {
    if (home !== undefined) await endLeftovers(home, runId);
  }
}

async function stopAndWait(client: HermesClient, runId: string, waitMs: number): Promise<void> {
  await client.stopRun(runId);
  const isOver = async () => {
    const run = await client.run(runId);
    return run === undefined || hasEnded(run);
  };
  if (!(await waitUntil(isOver, waitMs))) throw new Error('The run is still going on.');
}
