import type { HermesClient } from '../api/hermes-client.js';
import { hasEnded } from '../api/runs.js';
import { waitUntil } from '../process/wait-until.js';
import { orCanceled } from './canceled.js';
import type { EngineParts } from './engine-parts.js';

/** Milliseconds that a stopped run may take to end. Hermes needs some 100. */
const STOP_WAIT_MS = 5000;

/** Stops a run and waits until it has ended, its commands with it. Never throws: it is used where a turn ends anyway. */
export async function stopRun({ client, parked, logger }: EngineParts, runId: string): Promise<void> {
  parked.get(runId)?.stream?.close();
  parked.delete(runId);
  try {
    // Bounded as a whole: a gateway that is just being started again has lost the run anyway.
    await orCanceled(stopAndWait(client, runId), AbortSignal.timeout(STOP_WAIT_MS));
  } catch (error) {
    logger.warn('a run could not be seen to stop in Hermes', { runId, error });
  }
}

async function stopAndWait(client: HermesClient, runId: string): Promise<void> {
  await client.stopRun(runId);
  await waitUntil(async () => {
    const run = await client.run(runId);
    return run === undefined || hasEnded(run);
  }, STOP_WAIT_MS);
}
