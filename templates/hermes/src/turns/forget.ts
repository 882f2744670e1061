import type { EngineParts } from './engine-parts.js';
import { sessionIdOf } from './record/session-id.js';
import { stopRun } from './run/stop-run.js';

/** Milliseconds for a run that was left over to stop: Hermes checks once a second. */
const STOP_MS = 10_000;

/**
 * Deletes a conversation in Hermes, and what this template stores of it. The record of the last turn goes last, so that a call
 * that was interrupted can be made again. Rejects if a run of the conversation did not stop, or Hermes cannot be reached.
 */
export async function forget(parts: EngineParts, contextId: string): Promise<void> {
  const sessionId = sessionIdOf(parts.workspace.id, contextId);
  await parts.waiting.settle(sessionId);
  const record = await parts.journal.read(sessionId);
  if (record?.runId !== undefined) {
    const ended = record.ended || record.released || (await stopRun(parts, record.runId, STOP_MS));
    if (!ended) throw new Error(`The run ${record.runId} could not be seen to stop in Hermes.`);
    await parts.notes.forget(record.runId);
  }
  await parts.client.deleteSession(sessionId);
  await parts.store?.of(contextId).delete();
  await parts.journal.remove(sessionId);
}
