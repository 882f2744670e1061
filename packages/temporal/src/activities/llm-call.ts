import type { JsonValue } from '@molecule/adapters';
import { Context, type Info } from '@temporalio/activity';
import type { TurnSummary } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';
import { TurnHandedOverError } from '../errors/turn-handed-over-error.js';
import type { LocalTurn } from '../local/local-turn.js';
import { bounded } from '../support/wait.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { asActivityFailure } from './activity-failure.js';
import { workflowRunOf } from './attempt-ownership.js';

/** How long the activity of a turn that was canceled in this process waits for Temporal's own cancel. */
const CANCEL_CONFIRMATION_MS = 3_000;

/** Runs the turn, or joins it if it runs in this process; heartbeats with its last checkpoint; returns its result. */
export async function runLlmCall(environment: ActivityEnvironment, input: TurnInput): Promise<TurnSummary> {
  const context = Context.current();
  const turn = joinTurn(environment, input, context.info);
  const beat = () => context.heartbeat(turn.checkpoint);
  beat();
  const timer = setInterval(beat, environment.settings.heartbeatIntervalMs);
  const attending = turn.attend(beat);
  try {
    const result = await Promise.race([turn.result, context.cancelled]);
    if (turn.abortReason?.code === 'canceled' && !result.success) await confirmCancel(context);
    return await environment.meter.fitResult(result);
  } catch (error) {
    if (!context.cancellationSignal.aborted) throw asActivityFailure(error, input, environment.logger);
    const finished = await endCanceledAttempt(environment, context, turn);
    if (finished) return await environment.meter.fitResult(finished);
    throw error;
  } finally {
    clearInterval(timer);
    attending[Symbol.dispose]();
  }
}

function joinTurn({ turns, stopping, logger }: ActivityEnvironment, input: TurnInput, info: Info): LocalTurn {
  if (!turns.find(input) && stopping()) throw asActivityFailure(new TurnHandedOverError(), input, logger);
  const checkpoint = (info.heartbeatDetails ?? undefined) as JsonValue | undefined;
  return turns.join(input, { durable: true, ...(checkpoint !== undefined && { checkpoint }) });
}

/**
 * The turn was canceled in this process, which is faster than Temporal. Temporal's own cancel follows and is thrown here, so that
 * the workflow ends as canceled. If it does not arrive in time, the turn's result counts.
 */
async function confirmCancel(context: Context): Promise<void> {
  await bounded(context.cancelled, CANCEL_CONFIRMATION_MS, 'confirmation of the cancel').catch((error: unknown) => {
    if (context.cancellationSignal.aborted) throw error;
  });
}

/** Ends the turn if the attempt's cancellation requires it. Returns the turn's result if it succeeded before that. */
async function endCanceledAttempt(
  { guard, stopping }: ActivityEnvironment,
  context: Context,
  turn: LocalTurn,
): Promise<TurnSummary | undefined> {
  const run = workflowRunOf(context.info);
  const details = context.cancellationDetails;
  if (details?.workerShutdown && stopping()) {
    turn.abort({ code: 'shutdown', message: 'The process is stopping.' });
    return successOf(turn);
  }
  if (details?.paused || details?.reset) {
    turn.abort({ code: 'superseded', message: 'An operator took the attempt back.' });
    return successOf(turn);
  }
  // Temporal cancels an attempt in this way for a cancel, but also if the workflow was terminated, reset or timed out.
  const reason = details?.cancelRequested ? await guard.reasonToStop(run, turn) : undefined;
  if (reason) {
    turn.abort(reason);
    return successOf(turn);
  }
  // Temporal gave the attempt up: after a heartbeat, a failed worker, or a timeout while Temporal was away. That alone does not
  // stop the turn, because the next attempt may arrive here and join it.
  void guard.afterAttempt(run, turn);
  return undefined;
}

/** Waits until the turn has stopped; its result if it succeeded before the abort reached it. */
async function successOf(turn: LocalTurn): Promise<TurnSummary | undefined> {
  try {
    const result = await turn.result;
    return result.success ? result : undefined;
  } catch {
    // The rejection of a stopped turn only says that it stopped.
    return undefined;
  }
}
