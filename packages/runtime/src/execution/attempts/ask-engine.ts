import { type AbortReason, EngineError, type Turn } from '@molecule/adapters';
import { monotonicClock, pause } from '../../support/clock.js';
import { TaskLogError } from '../../tasks/task-log-error.js';
import { nextStep } from './retry-wait.js';
import { type EngineAnswer, runAttempt } from './run-attempt.js';
import { TurnAbortedError } from './turn-aborted-error.js';
import type { AttemptPolicy, TurnContext } from './turn-context.js';
import { makeOriginalTurn, makeTurn } from './turn-factory.js';
import { failureForAbort, type TurnFailure, toTurnFailure } from './turn-failure.js';

const STOPPED: AbortReason = { code: 'shutdown', message: 'The engine was stopped with the server.' };

/** The engine's answer, or the failure that ends the turn. */
export type EngineOutcome =
  | ({ readonly kind: 'answered' } & EngineAnswer)
  | { readonly kind: 'failed'; readonly failure: TurnFailure };

/**
 * Runs attempts of the turn until one gives an answer or no further one is allowed. Text that was streamed before an attempt is
 * either continued by the engine or reset, never doubled.
 *
 * @throws {TurnAbortedError} on cancel, if another process claimed the turn, and on shutdown if the turn is handed over
 * @throws {TaskLogError} if the task log refuses further writes of this turn
 */
export async function askEngine(context: TurnContext): Promise<EngineOutcome> {
  const { writer, recorder, signal, clock, policy, logger } = context;
  for (let retries = 1; ; retries++) {
    try {
      return { kind: 'answered', ...(await attempt(context)) };
    } catch (error) {
      if (recorder.refusal !== undefined) throw recorder.refusal;
      if (TaskLogError.is(error)) throw error;
      const failed = failureOf(error, policy);
      const next = nextStep(policy.retry, retries, failed, logger);
      const delayMs = 'delayMs' in next ? next.delayMs : undefined;
      const level = delayMs === undefined ? 'error' : 'warn';
      logger[level]('the turn failed', { code: failed.code, attempt: writer.attempt, retryInMs: delayMs, error });
      if ('failure' in next) return { kind: 'failed', failure: next.failure };
      clock.betweenAttempts();
      await recorder.reportEvent({ type: 'retry', reason: failed.code, delayMs: next.delayMs });
      await pause(monotonicClock, next.delayMs, signal);
      await writer.nextAttempt();
    }
  }
}

async function attempt(context: TurnContext): Promise<EngineAnswer> {
  const { writer, recorder } = context;
  const turn: Turn = makeTurn(writer.record, writer.attempt, recorder.lastCheckpoint);
  try {
    return await runAttempt(context, turn);
  } catch (error) {
    if (turn.kind !== 'continue' || !EngineError.is(error) || error.code !== 'nothing-to-continue') throw error;
    // The engine kept nothing of this turn, so the turn runs from its beginning, and what it has streamed is void.
    await recorder.startOver();
    return await runAttempt(context, makeOriginalTurn(writer.record, writer.attempt, turn.checkpoint));
  }
}

function failureOf(error: unknown, policy: AttemptPolicy): TurnFailure {
  if (error instanceof TurnAbortedError) {
    const failure = failureForAbort(error.reason);
    if (!failure || (error.reason.code === 'shutdown' && policy.leavesUnfinished())) throw error;
    return failure;
  }
  const failure = toTurnFailure(error);
  // A stop of the whole service also ends the processes that the engine uses, so its failure then counts as the stop.
  if (policy.stopping() && policy.leavesUnfinished() && mayComeOfStop(failure)) throw new TurnAbortedError(STOPPED);
  return failure;
}

/** False for what is wrong with the message or the account: that fails again in every process. */
function mayComeOfStop({ code, retryable }: TurnFailure): boolean {
  return retryable || code === 'ENGINE_INTERNAL';
}
