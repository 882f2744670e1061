import { hasEnded } from '../api/runs.js';
import { waitUntil } from '../process/wait-until.js';
import type { EngineParts } from './engine-parts.js';

/** Milliseconds that a stopped run may take to end. Hermes needs some 100. */
const STOP_WAIT_MS = 5000;

/** Stops a run and waits until it has ended, its commands with it. Never throws: it is used where a turn ends anyway. */
export async function stopRun({ client, parked, logger }: EngineParts, runId: string): Promise<void> {
  parked.get(runId)?.stream?.close();
  parked.delete(runId);
  try {
    await client.stopRun(runId);
    const ended = await waitUntil(async () => {
      const run = await client.run(runId);
      return run === undefined || hasEnded(run);
    }, STOP_WAIT_MS);
    if (!ended) logger.warn('a stopped run is still going on in Hermes', { runId });
  } catch (error) {
    logger.warn('a run could not be stopped: Hermes did not answer', { runId, error });
  }
}
