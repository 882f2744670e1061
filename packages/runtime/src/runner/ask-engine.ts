import {
  type AbortReason,
  type AgentEngine,
  EngineError,
  type JsonValue,
  type Logger,
  type Turn,
} from '@molecule/adapters';
import type { TaskWriter } from '../task-log/task-writer.js';
import { nextStep, type RetryPolicy } from './retry-wait.js';
import { type AttemptEnding, runAttempt, TurnAborted } from './run-attempt.js';
import type { TurnClock } from './turn-clock.js';
import { makeOriginalTurn, makeTurn } from './turn-factory.js';
import { failureForAbort, type TurnFailure, toTurnFailure } from './turn-failure.js';
import type { TurnRecorder } from './turn-recorder.js';

/** What becomes of turns when the process stops. Asked at that moment: what was true when the turn began may be so no longer. */
export interface StopPolicy {
  /** True from the moment that the process was told to stop. */
  stopping(): boolean;
  /** True when recovery takes up a turn that the process's end cuts short: it is then left as it is, as a kill leaves it. */
  leavesUnfinished(): boolean;
}

export interface AskEngineOptions {
  readonly engine: AgentEngine;
  readonly writer: TaskWriter;
  readonly recorder: TurnRecorder;
  readonly signal: AbortSignal;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  /** The checkpoint to begin from; the task log's own when absent. */
  readonly checkpoint?: JsonValue;
  readonly onCheckpoint: (state: JsonValue) => void;
  readonly clock: TurnClock;
  readonly stop: StopPolicy;
  /** Told when the engine does not stop. */
  readonly onStuck: (stopped: Promise<void>) => void;
  /** Why the log takes no more of this turn, when it does not. */
  readonly refusal: () => unknown;
}

/** What came of asking: the event that ended the turn, or why there is none. */
export type EngineOutcome =
  | { readonly kind: 'ended'; readonly ending: AttemptEnding }
  | { readonly kind: 'failed'; readonly failure: TurnFailure };

/**
 * Asks the engine for the turn, again and again while that may help. What was streamed before an attempt is either
 * continued by the engine or reset, never doubled.
 *
 * @throws {TurnAborted} on cancel, when superseded, and on shutdown when the turn is to be handed over
 * @throws {TaskLogError} when the task was taken away
 */
export async function askEngine(options: AskEngineOptions): Promise<EngineOutcome> {
  const { writer, recorder, logger } = options;
  let checkpoint = options.checkpoint ?? writer.record.checkpoint;
  const onCheckpoint = (state: JsonValue) => {
    checkpoint = state;
    options.onCheckpoint(state);
  };
  for (let retries = 1; ; retries++) {
    try {
      const turn = makeTurn(writer.record, writer.attempt, checkpoint);
      return { kind: 'ended', ending: await attempt({ ...options, onCheckpoint }, turn, checkpoint) };
    } catch (error) {
      const refusal = options.refusal();
      if (refusal !== undefined) throw refusal;
      if (isTaken(error)) throw error;
      const failed = failureOf(error, options);
      const next = nextStep(options.retry, retries, failed, logger);
      const delayMs = 'delayMs' in next ? next.delayMs : undefined;
      const level = delayMs === undefined ? 'error' : 'warn';
      logger[level]('the turn failed', { code: failed.code, attempt: writer.attempt, retryInMs: delayMs, error });
      if ('failure' in next) return { kind: 'failed', failure: next.failure };
      options.clock.betweenAttempts();
      await recorder.tell({ type: 'retry', reason: failed.code, delayMs: next.delayMs });
      await pause(next.delayMs, options.signal);
      await writer.nextAttempt();
    }
  }
}

async function attempt(options: AskEngineOptions, turn: Turn, checkpoint: JsonValue | undefined) {
  const { engine, writer, recorder, signal, clock, onCheckpoint, logger } = options;
  const onStuck = (stopped: Promise<void>) => {
    logger.error('the engine did not stop within 10 s of being told to', { attempt: turn.attempt });
    options.onStuck(stopped);
  };
  try {
    return await runAttempt({ engine, turn, recorder, signal, clock, onCheckpoint, onStuck });
  } catch (error) {
    if (turn.kind !== 'continue' || !EngineError.is(error) || error.code !== 'nothing-to-continue') throw error;
    // The engine knows nothing of this turn: it runs from its beginning, and what was streamed is void.
    await recorder.reset();
    const original = makeOriginalTurn(writer.record, writer.attempt, checkpoint);
    return await runAttempt({ engine, turn: original, recorder, signal, clock, onCheckpoint, onStuck });
  }
}

function failureOf(error: unknown, options: AskEngineOptions): TurnFailure {
  const { stop } = options;
  if (error instanceof TurnAborted) {
    const failure = failureForAbort(error.reason);
    if (!failure || (error.reason.code === 'shutdown' && stop.leavesUnfinished())) throw error;
    return failure;
  }
  const failure = toTurnFailure(error);
  // A stop of all processes of the service reaches what the engine runs by as well: its failure is the stop's, then.
  if (stop.stopping() && stop.leavesUnfinished() && mayComeOfAStop(failure)) throw new TurnAborted(STOPPED);
  return failure;
}

const STOPPED: AbortReason = { code: 'shutdown', message: 'The engine was stopped with the server.' };

/** Anything but what is wrong with the message or the account: that would fail again in every process. */
function mayComeOfAStop({ code, retryable }: TurnFailure): boolean {
  return retryable || code === 'ENGINE_INTERNAL';
}

/** True when the log refused us: the task is somebody else's, or over. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && error.name === 'TaskLogError';
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
