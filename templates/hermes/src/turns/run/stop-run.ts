import { type Logger, orCanceled } from '@molecule/adapters';
import type { HermesClient } from '../../api/hermes-client.js';
import { hasEnded } from '../../api/runs.js';
import { endLeftovers } from '../../process/end-process.js';
import { waitUntil } from '../../process/wait-until.js';
import type { TurnJournal } from '../record/turn-journal.js';
import type { FollowedRun } from './follow-run.js';

/** What stopping a run needs. */
export interface StopParts {
  readonly client: HermesClient;
  readonly journal: TurnJournal;
  /**
   * Readers of runs that wait for a person, by run. Hermes sends each event only once, so the reader is kept. Without it, for instance
   * after a restart, the run's status and transcript are used.
   */
  readonly parked: Map<string, FollowedRun>;
  /** `HERMES_HOME` of a Hermes that only this workspace uses; absent for an external Hermes. */
  readonly home?: string;
  readonly logger: Logger;
}

/**
 * Stops a run and waits until it has ended, its commands including commands in separate
 * sessions, which Hermes does not reach. False if that did not happen within `waitMs`. It never throws, because it is used at
 * the end of a turn.
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
