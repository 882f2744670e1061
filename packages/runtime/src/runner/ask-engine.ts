import { type AgentEngine, EngineError, type JsonValue, type Logger, type Turn } from '@molecule/adapters';
import type { TaskWriter } from '../task-log/task-writer.js';
import { type AttemptEnding, runAttempt, TurnAborted } from './run-attempt.js';
import { makeOriginalTurn, makeTurn } from './turn-factory.js';
import { failureForAbort, type TurnFailure, toTurnFailure } from './turn-failure.js';
import type { TurnRecorder } from './turn-recorder.js';

/** How a failed turn is tried again within the process. */
export interface RetryPolicy {
  /** How often a turn is begun in all. Default 3: providers recover from overload in seconds or not for minutes. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one. Default 500. */
  readonly initialMs: number;
  /** Milliseconds, at most, between two attempts. Default 10,000. */
  readonly maxMs: number;
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
  /** True when a turn cut short by the process's end is to go on elsewhere: it is then left as it is. */
  readonly handOver: boolean;
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
      const failure = failureOf(error, options);
      const delayMs = failure.retryable ? retryDelay(options.retry, retries, failure) : undefined;
      const level = delayMs === undefined ? 'error' : 'warn';
      logger[level]('the turn failed', { code: failure.code, attempt: writer.attempt, retryInMs: delayMs, error });
      if (delayMs === undefined) return { kind: 'failed', failure };
      await recorder.tell({ type: 'retry', reason: failure.code, delayMs });
      await pause(delayMs, options.signal);
      await writer.nextAttempt();
    }
  }
}

async function attempt(options: AskEngineOptions, turn: Turn, checkpoint: JsonValue | undefined) {
  const { engine, writer, recorder, signal, onCheckpoint, logger } = options;
  const onStuck = (stopped: Promise<void>) => {
    logger.error('the engine did not stop within 10 s of being told to', { attempt: turn.attempt });
    options.onStuck(stopped);
  };
  recorder.beginAttempt();
  try {
    return await runAttempt({ engine, turn, recorder, signal, onCheckpoint, onStuck });
  } catch (error) {
    if (turn.kind !== 'continue' || !EngineError.is(error) || error.code !== 'nothing-to-continue') throw error;
    // The engine knows nothing of this turn: it runs from its beginning, and what was streamed is void.
    await recorder.reset();
    const original = makeOriginalTurn(writer.record, writer.attempt, checkpoint);
    return await runAttempt({ engine, turn: original, recorder, signal, onCheckpoint, onStuck });
  }
}

function failureOf(error: unknown, options: AskEngineOptions): TurnFailure {
  if (!(error instanceof TurnAborted)) return toTurnFailure(error, options.recorder.producedOutput);
  const failure = failureForAbort(error.reason);
  if (!failure || (error.reason.code === 'shutdown' && options.handOver)) throw error;
  return failure;
}

/** True when the log refused us: the task is somebody else's, or over. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && error.name === 'TaskLogError';
}

function retryDelay(policy: RetryPolicy, retries: number, failure: TurnFailure): number | undefined {
  if (retries >= policy.attempts) return undefined;
  const backoff = Math.min(policy.maxMs, policy.initialMs * 2 ** (retries - 1));
  // Full jitter keeps many tasks from coming back to a struggling provider at the same moment.
  return Math.round(Math.max(failure.retryAfterMs ?? 0, backoff / 2 + Math.random() * (backoff / 2)));
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
