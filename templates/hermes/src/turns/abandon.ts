import type { AbandonedWork } from '@molecule/adapters';
import type { EngineParts } from './engine-parts.js';
import { sessionIdOf } from './record/session-id.js';
import { stopRun } from './run/stop-run.js';

/** Milliseconds for a waiting run to stop: Hermes checks once a second. */
const STOP_MS = 10_000;

/**
 * Stops the run of a turn that will not be continued, which frees its place in Hermes. A newer turn of the conversation has
 * already stopped it. Rejects if the run did not stop.
 */
export async function abandon(parts: EngineParts, work: AbandonedWork): Promise<void> {
  const sessionId = sessionIdOf(parts.workspace.id, work.contextId);
  await parts.waiting.settle(sessionId);
  const record = await parts.journal.read(sessionId);
  if (!record || record.ended) return;
  const isMeant = record.messageId === work.messageId || record.asked?.requestId === work.requestId;
  if (!isMeant) return;
  const { asked: _, ...rest } = record;
  const ended = record.runId === undefined || record.released || (await stopRun(parts, record.runId, STOP_MS));
  await parts.journal.write(sessionId, { ...rest, ended });
  if (!ended) throw new Error(`The run ${record.runId} could not be seen to stop in Hermes.`);
}
