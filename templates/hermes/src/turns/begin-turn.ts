import type { MessageTurn, TurnControls, TurnEvent } from '@molecule/adapters';
import type { HistoryMessage } from '../api/hermes-client.js';
import { orCanceled } from './canceled.js';
import type { EngineParts } from './engine-parts.js';
import { conversation, lastMessageId } from './history.js';
import { type RunningTurn, startRun } from './run-turn.js';
import { sessionIdOf } from './session-id.js';
import { stopRun } from './stop-run.js';
import type { TurnRecord } from './turn-record.js';
import { userMessage } from './user-message.js';

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
  const refused = previous?.refused ?? [];
  const messages = await orCanceled(parts.client.messages(sessionId), controls.signal);
  const after = lastMessageId(messages);
  const history = messages.length === 0 ? callersHistory(turn) : conversation(messages, refused);
  const running: RunningTurn = {
    parts,
    controls,
    sessionId,
    record: {
      messageId: turn.messageId,
      contextId: turn.contextId,
      after,
      asks: 0,
      refused,
      ended: false,
      released: false,
    },
  };
  yield* startRun(running, { input: userMessage(turn, parts.workspace.workDir), history, seen: after });
}

/**
 * A person who does not answer but writes something new: the run that waits would mix into the new one. Resolves to the
 * conversation's last turn.
 */
async function stopLeftover(parts: EngineParts, sessionId: string): Promise<TurnRecord | undefined> {
  await parts.waiting.settle(sessionId);
  const previous = await parts.journal.read(sessionId);
  if (!previous?.runId) return previous;
  if (!previous.ended && !previous.released) await stopRun(parts, previous.runId, LEFTOVER_WAIT_MS);
  await parts.notes.forget(previous.runId);
  return previous;
}

/** What the caller says was said before; only of use while Hermes itself remembers nothing. */
function callersHistory({ history }: MessageTurn): HistoryMessage[] {
  return history.flatMap(([role, content]): HistoryMessage[] => {
    if (content === '') return [];
    return [{ role: role === 'user' || role === 'human' ? 'user' : 'assistant', content }];
  });
}
