import {
  type AnswerTurn,
  type ContinueTurn,
  EngineError,
  type MessageTurn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import type { SessionMessage } from '../api/messages.js';
import { hasEnded, type Run } from '../api/runs.js';
import { waitUntil } from '../process/wait-until.js';
import { orCanceled } from './canceled.js';
import type { EngineParts } from './engine-parts.js';
import { findRecord } from './find-record.js';
import { conversation, finishedAnswer, lastMessageId } from './history.js';
import { outcomeOf, UNSAID, usageOf } from './outcome.js';
import { redo } from './redo.js';
import { type RunningTurn, save, startRun, tellRun } from './run-turn.js';
import { sessionIdOf } from './session-id.js';
import { StepReader } from './step-reader.js';
import { isUndone, turnMessages } from './turn-messages.js';
import { userMessage } from './user-message.js';

const STOPPING_WAIT_MS = 5000;

/** Goes on with a turn that was cut short. Throws `nothing-to-continue` when Hermes never had it. */
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

/** Takes a turn up of which Hermes has lost the run: its answer when it was finished, else a new run on what was done. */
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
    input: inputOf(original, own, parts.workspace.workDir),
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

/** The run of an earlier attempt, once it is not just being stopped; `undefined` when Hermes does not know it. */
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
function inputOf(original: MessageTurn | AnswerTurn, own: readonly SessionMessage[], workDir: string): string {
  if (original.kind === 'message') return userMessage(original, workDir);
  const first = own.at(0);
  if (first === undefined) throw new EngineError('lost', 'Hermes has lost the conversation that this answers.');
  return first.content;
}
