import {
  type AnswerTurn,
  type ContinueTurn,
  EngineError,
  type MessageTurn,
  orCanceled,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import type { SessionMessage } from '../api/messages.js';
import { hasEnded, type Run } from '../api/runs.js';
import { waitUntil } from '../process/wait-until.js';
import { conversation, finishedAnswer, lastMessageId } from './conversation/history.js';
import { redo } from './conversation/redo.js';
import { isUndone, turnMessages } from './conversation/turn-messages.js';
import { userMessage } from './conversation/user-message.js';
import type { EngineParts } from './engine-parts.js';
import { findRecord } from './find-record.js';
import { sessionIdOf } from './record/session-id.js';
import { outcomeOf, UNSAID, usageOf } from './run/outcome.js';
import { StepReader } from './run/step-reader.js';
import { type RunningTurn, save, startRun, tellRun } from './run-turn.js';

const STOPPING_WAIT_MS = 5000;

/** Resumes an interrupted turn. Throws `nothing-to-continue` if Hermes never received it. */
export async function* resumeTurn(
  parts: EngineParts,
  turn: ContinueTurn,
  controls: TurnControls,
): AsyncGenerator<TurnEvent> {
  const sessionId = sessionIdOf(parts.workspace.id, turn.contextId);
  await parts.waiting.settle(sessionId);
  const record = await findRecord(parts, turn, sessionId, ({ messageId }) => messageId === turn.messageId);
  if (record === undefined) throw new EngineError('nothing-to-continue', 'Hermes knows nothing of this turn.');
  const running: RunningTurn = { parts, controls, sessionId, record };

  const run = await orCanceled(settledRun(parts, record.runId), controls.signal);
  if (run?.status === 'completed') return yield* replay(running, run);
  if (run && record.runId && !hasEnded(run)) {
    const steps = new StepReader(parts.client, sessionId, record.after);
    return yield* tellRun(running, { runId: record.runId, stream: undefined, steps }, { afresh: true });
  }
  yield* redoTurn(running, turn.original);
}

/**
 * Continues a turn whose run Hermes has lost: returns its answer if it was finished, otherwise starts a new run from the finished steps.
 */
export async function* redoTurn(running: RunningTurn, original: MessageTurn | AnswerTurn): AsyncGenerator<TurnEvent> {
  const { parts, controls, record, sessionId } = running;
  const messages = await orCanceled(parts.client.messages(sessionId), controls.signal);
  const earlier = messages.filter(({ id }) => id <= record.after);
  const own = turnMessages(messages, record.after);
  if (own.length === 0 && original.kind === 'message') {
    throw new EngineError('nothing-to-continue', 'Hermes has not begun this turn.');
  }
  const answer = finishedAnswer(own);
  if (answer !== undefined) return yield* replay(running, { status: 'completed', output: answer });

  const decision = record.decision && isUndone(own, record.decision.command) ? record.decision : undefined;
  const again = redo({
    earlier: conversation(earlier, record.refused),
    turn: own,
    input: inputOf(original, own),
    undecided: decision?.command,
  });
  yield* startRun(running, { ...again, seen: lastMessageId(messages), decision, afresh: true });
}

async function* replay(running: RunningTurn, run: Run): AsyncGenerator<TurnEvent> {
  yield { type: 'started', ...(running.record.runId && { reference: running.record.runId }) };
  yield { type: 'reset' };
  const { runId } = running.record;
  const told = runId === undefined ? undefined : await running.parts.notes.end(runId);
  yield* usageOf(run, told);
  const { text, reason } = outcomeOf(run, told);
  await save(running, { ended: true });
  yield { type: 'finish', text: text || UNSAID[reason], ...(reason !== 'stop' && { reason }) };
}

/** The run of an earlier attempt, after a pending stop has ended; `undefined` if Hermes has no such run. */
async function settledRun({ client }: EngineParts, runId: string | undefined): Promise<Run | undefined> {
  if (runId === undefined) return undefined;
  let run: Run | undefined;
  await waitUntil(async () => {
    run = await client.run(runId);
    return run?.status !== 'stopping';
  }, STOPPING_WAIT_MS);
  return run;
}

/** The message that the turn began with. That of an answered turn is in the transcript: the answer itself is not. */
function inputOf(original: MessageTurn | AnswerTurn, own: readonly SessionMessage[]): string {
  if (original.kind === 'message') return userMessage(original);
  const first = own.at(0);
  if (first === undefined) throw new EngineError('lost', 'Hermes has lost the conversation that this answers.');
  return first.content;
}
