import {
  type AbortReason,
  type AgentEngine,
  EngineError,
  type JsonValue,
  type Logger,
  type Turn,
} from '@molecule/adapters';
import type { TaskWriter } from '../task-log/task-writer.js';
import { type AttemptEnding, runAttempt, TurnAborted } from './run-attempt.js';
import { makeOriginalTurn, makeTurn } from './turn-factory.js';
import { failureForAbort, type TurnFailure, toTurnFailure } from './turn-failure.js';
import { TurnRecorder } from './turn-recorder.js';
import type { TurnResult } from './turn-result.js';

/** How a failed turn is tried again within the process. */
export interface RetryPolicy {
  /** How often a turn is begun in all. Default 3: providers recover from overload in seconds or not for minutes. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one. Default 500. */
  readonly initialMs: number;
  /** Milliseconds, at most, between two attempts. Default 10,000. */
  readonly maxMs: number;
}

export interface RunTurnOptions {
  readonly engine: AgentEngine;
  readonly writer: TaskWriter;
  readonly signal: AbortSignal;
  /** Aborts `signal`. */
  readonly abort: (reason: AbortReason) => void;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  /** The checkpoint to begin from; the task log's own when absent. */
  readonly checkpoint?: JsonValue;
  readonly onCheckpoint: (state: JsonValue) => void;
  /** True when a turn cut short by the process's end is to go on elsewhere: it is then left as it is. */
  readonly handOver: boolean;
}

/**
 * Runs a claimed turn to its end: asks the engine, tries again where that may help, and writes the outcome.
 *
 * @throws {TurnAborted} on cancel and when superseded (the log says already how the task stands), and on shutdown when
 * the turn is to be handed over
 * @throws {TaskLogError} when the task was taken away
 */
export async function runTurn(options: RunTurnOptions): Promise<TurnResult> {
  const { writer, logger } = options;
  let refused: unknown;
  const recorder = new TurnRecorder(writer, (error) => {
    refused = error;
    options.abort({ code: 'superseded', message: 'The log takes no more of this turn.' });
  });
  let checkpoint = options.checkpoint ?? writer.record.checkpoint;
  const onCheckpoint = (state: JsonValue) => {
    checkpoint = state;
    options.onCheckpoint(state);
    writer.saveCheckpoint(state).catch((error: unknown) => logger.debug('the checkpoint was refused', { error }));
  };
  let retries = 0;
  try {
    for (;;) {
      try {
        const turn = makeTurn(writer.record, writer.attempt, checkpoint);
        const ending = await attempt({ ...options, onCheckpoint }, recorder, turn, checkpoint);
        const result = await record(recorder, ending.event);
        await ending.stopped;
        return result;
      } catch (error) {
        if (refused !== undefined) throw refused;
        if (isTaken(error)) throw error;
        const failure = failureOf(error, recorder, options);
        retries++;
        const delayMs = failure.retryable ? retryDelay(options.retry, retries, failure) : undefined;
        const level = delayMs === undefined ? 'error' : 'warn';
        logger[level]('the turn failed', { code: failure.code, attempt: writer.attempt, retryInMs: delayMs, error });
        if (delayMs === undefined) return await recorder.fail(failure);
        await recorder.tell({ type: 'retry', reason: failure.code, delayMs });
        await pause(delayMs, options);
        await writer.nextAttempt();
      }
    }
  } finally {
    recorder.discard();
  }
}

function record(recorder: TurnRecorder, event: AttemptEnding['event']): Promise<TurnResult> {
  return event.type === 'finish' ? recorder.complete(event) : recorder.requireInput(event);
}

async function attempt(options: RunTurnOptions, recorder: TurnRecorder, turn: Turn, checkpoint: JsonValue | undefined) {
  const { engine, writer, signal, onCheckpoint, logger } = options;
  const onStuck = () => logger.error('the engine did not stop within 10 s of being told to', { attempt: turn.attempt });
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

function failureOf(error: unknown, recorder: TurnRecorder, options: RunTurnOptions): TurnFailure {
  if (!(error instanceof TurnAborted)) return toTurnFailure(error, recorder.producedOutput);
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

async function pause(ms: number, { signal }: RunTurnOptions): Promise<void> {
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
