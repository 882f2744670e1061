import {
  type AbortReason,
  type ConversationBounds,
  EngineError,
  endsTurn,
  type JsonValue,
  type Turn,
  type TurnEnd,
} from '@molecule/adapters';
import { DurableSteps, type PutAway } from '@molecule/adapters/steps';
import { AbortableWaits, within } from '../../support/wait.js';
import { TurnAbortedError, throwIfAborted } from './turn-aborted-error.js';
import type { TurnContext } from './turn-context.js';
import { TurnJournal } from './turn-journal.js';

/** The largest checkpoint: the task log keeps one with each task. */
const CHECKPOINT_BYTES = 64 * 1024;
/** How long an engine may take to stop after an abort. Then the next turn of the lane begins without waiting for it. */
const STOP_MS = 10_000;

const PUT_AWAY: AbortReason = { code: 'superseded', message: 'The turn is put away, and begins again later.' };
const LEFT: AbortReason = { code: 'superseded', message: 'The turn has failed, and nothing of it is read any more.' };

/** How an engine ended a turn: with its last event, or by putting it away. */
export interface EngineAnswer {
  readonly ending: TurnEnd | PutAway;
  /** Resolves when the engine has cleaned up after the turn; the next turn of the context waits for it. */
  readonly stopped: Promise<void>;
}

/**
 * Lets the engine run a turn once and records its events. If this throws, the engine has stopped.
 *
 * @throws {TurnAbortedError} if the signal is aborted; what the engine throws; EngineError `internal` if it breaks the contract
 */
export async function runAttempt(context: TurnContext, turn: Turn): Promise<EngineAnswer> {
  const { engine, writer, recorder, signal, clock } = context;
  throwIfAborted(signal);
  clock.heard();
  const checkpoint = (state: JsonValue) => saveCheckpoint(context, state);
  const store = writer.openEngineStore();
  const attempt = new AbortController();
  const attemptSignal = AbortSignal.any([signal, attempt.signal]);
  const heard = () => clock.heard();
  const steps = new DurableSteps(new TurnJournal({ writer, recorder, ...context.steps, signal: attemptSignal, heard }));
  let putAway: PutAway | undefined;
  void steps.putAway.then((away) => {
    putAway = away;
    attempt.abort(PUT_AWAY);
  });
  const { step, ask, sleep, emit, hasSteps } = steps;
  const controls = { signal: attemptSignal, checkpoint, store, step, ask, sleep, emit, hasSteps };
  const events = engine.runTurn(withConversation(context, turn), controls)[Symbol.asyncIterator]();
  using waits = new AbortableWaits(attemptSignal);
  let exhausted = false;
  let hasBegun = false;
  try {
    for (;;) {
      const result = await waits.for(events.next());
      if (result.done) {
        exhausted = true;
        throw new EngineError('internal', 'The agent ended its turn without an answer.');
      }
      const event = result.value;
      if (event.type === 'waiting') clock.stand();
      else if (event.type === 'started' && !hasBegun) clock.begins();
      else clock.heard();
      hasBegun ||= event.type !== 'waiting';
      if (endsTurn(event)) return { ending: event, stopped: stop(events, context, turn) };
      // Storage may give no answer at all; the engine stops nevertheless.
      await waits.for(recorder.accept(event));
      if (event.type !== 'waiting') clock.heard();
    }
  } catch (error) {
    if (putAway && !signal.aborted && recorder.refusal === undefined) {
      return { ending: putAway, stopped: stop(events, context, turn) };
    }
    if (!exhausted) {
      // A step that runs ends by the signal: a generator that waits for it does not see that it is left.
      attempt.abort(LEFT);
      await stop(events, context, turn);
    }
    // After an abort only that counts, and not what the engine threw because of it.
    if (!(error instanceof TurnAbortedError)) throwIfAborted(signal);
    throw error;
  }
}

function withConversation({ writer: { record }, steps }: TurnContext, turn: Turn): Turn {
  const conversation = (bounds?: ConversationBounds) => steps.reader.conversation(record, bounds);
  return turn.kind === 'continue'
    ? { ...turn, conversation, original: { ...turn.original, conversation } }
    : { ...turn, conversation };
}

function saveCheckpoint({ recorder, logger }: TurnContext, state: JsonValue): void {
  const bytes = Buffer.byteLength(JSON.stringify(state) ?? '');
  if (bytes > CHECKPOINT_BYTES) {
    throw new EngineError(
      'invalid-request',
      `A checkpoint may weigh ${CHECKPOINT_BYTES} bytes; this one has ${bytes}.`,
    );
  }
  recorder.checkpoint(state).catch((error: unknown) => logger.debug('the checkpoint was refused', { error }));
}

async function stop(events: AsyncIterator<unknown>, { logger, onStuck }: TurnContext, turn: Turn): Promise<void> {
  // What an engine throws while it is stopped does not matter: the turn's outcome is decided.
  const stopped = Promise.resolve(events.return?.()).then(
    () => {},
    () => {},
  );
  await within(stopped, STOP_MS, () => {
    logger.error('the engine did not stop within 10 s of being asked to', { attempt: turn.attempt });
    onStuck(stopped);
  });
}
