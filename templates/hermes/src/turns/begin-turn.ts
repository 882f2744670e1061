import { type MessageTurn, orCanceled, type TurnControls, type TurnEvent } from '@molecule/adapters';
import { recall } from './conversation/memory.js';
import { record } from './conversation/said.js';
import { userMessage } from './conversation/user-message.js';
import type { EngineParts } from './engine-parts.js';
import { sessionIdOf } from './record/session-id.js';
import type { TurnRecord } from './record/turn-record.js';
import { stopRun } from './run/stop-run.js';
import { type RunningTurn, startRun } from './run-turn.js';

/** Milliseconds for an earlier run of the conversation to stop. */
const LEFTOVER_WAIT_MS = 5000;

/** Runs a new message. */
export async function* beginTurn(
  parts: EngineParts,
  turn: MessageTurn,
  controls: TurnControls,
): AsyncGenerator<TurnEvent> {
  const sessionId = sessionIdOf(parts.workspace.id, turn.contextId);
  const previous = await orCanceled(stopLeftover(parts, sessionId), controls.signal);
  const { store, signal } = controls;
  const { history, after, whole, refused } = await orCanceled(
    recall(parts, turn, { sessionId, store, previous }),
    signal,
  );
  const input = userMessage(turn);
  if (store) await record(store, { role: 'user', content: input, messageId: turn.messageId });
  const running: RunningTurn = {
    parts,
    controls,
    sessionId,
    record: {
      messageId: turn.messageId,
      contextId: turn.contextId,
      after,
      asks: 0,
      refused: [...refused],
      ended: false,
      released: false,
      machine: parts.machine,
      whole,
      stored: store !== undefined,
    },
  };
  yield* startRun(running, { input, history, seen: after });
}

/**
 * If the person sends a new message instead of an answer, the waiting run is stopped, since its steps would mix with the new run's.
 * Resolves with the conversation's last turn.
 */
async function stopLeftover(parts: EngineParts, sessionId: string): Promise<TurnRecord | undefined> {
  await parts.waiting.settle(sessionId);
  const previous = await parts.journal.read(sessionId);
  if (!previous?.runId) return previous;
  if (!previous.ended && !previous.released) await stopRun(parts, previous.runId, LEFTOVER_WAIT_MS);
  await parts.notes.forget(previous.runId);
  return previous;
}
