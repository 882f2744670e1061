import { type AnswerTurn, EngineError, orCanceled, type TurnControls, type TurnEvent } from '@molecule/adapters';
import type { ApprovalOutcome } from '../api/hermes-client.js';
import { choiceOf } from './approval.js';
import type { EngineParts } from './engine-parts.js';
import { findRecord } from './find-record.js';
import { sessionIdOf } from './record/session-id.js';
import { redoTurn } from './resume-turn.js';
import type { FollowedRun } from './run/follow-run.js';
import { StepReader } from './run/step-reader.js';
import { type RunningTurn, save, tellRun } from './run-turn.js';

/**
 * Hands a person's answer to the run that waits for it. When Hermes lost that run, the turn is taken up again on what it
 * had done, and the answer is used if Hermes asks for the same command again; for another command it asks again.
 */
export async function* answerTurn(
  parts: EngineParts,
  turn: AnswerTurn,
  controls: TurnControls,
): AsyncGenerator<TurnEvent> {
  const sessionId = sessionIdOf(parts.workspace.id, turn.contextId);
  await parts.waiting.settle(sessionId);
  const record = await findRecord(parts, turn, sessionId, ({ asked }) => asked?.requestId === turn.requestId);
  if (!record?.asked || !record.runId) {
    throw new EngineError(
      'lost',
      'Hermes does not know the question that this answers any more. Send the request again.',
    );
  }
  const { runId, asked, released } = record;
  const running: RunningTurn = { parts, controls, sessionId, record };
  const choice = choiceOf(turn);
  // First on disk: an attempt after a crash finds the answer there.
  const decision = { command: asked.command, ...(asked.call && { call: asked.call }), choice };
  await save(running, { messageId: turn.messageId, asked: undefined, decision, released: false });
  if (released) return yield* redoTurn(running, turn);

  // Before the answer is sent, because the run continues at once and this turn reports what it does.
  const run = parts.parked.get(runId) ?? (await readAnew(parts, sessionId, runId, record.after));
  const outcome = await orCanceled(parts.client.approve(runId, choice), controls.signal);
  if (outcome === 'unknown-run') return yield* redoTurn(running, turn);
  await refuseLate(running, outcome);
  parts.parked.delete(runId);
  yield* tellRun(running, run, { afterQuestion: true });
}

async function refuseLate(running: RunningTurn, outcome: ApprovalOutcome): Promise<void> {
  if (outcome !== 'not-waiting') return;
  await save(running, { ended: true });
  throw new EngineError(
    'lost',
    'Hermes no longer waits for this answer: its time to decide was over. Send the request again.',
  );
}

/** A reader for a run whose events are lost. Events before the question are not reported again. */
async function readAnew(parts: EngineParts, sessionId: string, runId: string, after: number): Promise<FollowedRun> {
  const steps = new StepReader(parts.client, sessionId, after);
  await steps.read();
  return { runId, stream: undefined, steps };
}
