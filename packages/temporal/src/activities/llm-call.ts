import type { JsonValue } from '@molecule/adapters';
import { Context, type Info } from '@temporalio/activity';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { LlmResult } from '../contract/task-body.js';
import { TurnHandedOver } from '../errors/turn-handed-over.js';
import type { LiveTask } from '../live/live-task.js';
import { bounded } from '../support/bounded.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { asActivityFailure } from './activity-failure.js';
import { executionOf } from './attempt-ownership.js';

/** How long a turn that ended by a cancel in this process waits for Temporal's own word of that cancel. */
const CANCEL_CONFIRMATION_MS = 3_000;

/**
 * Runs the turn, or joins it when it runs in this process already; heartbeats for it with its last checkpoint; and says
 * how it ended.
 */
export async function runLlmCall(environment: ActivityEnvironment, input: AgentTaskInput): Promise<LlmResult> {
  const context = Context.current();
  const task = joinTurn(environment, input, context.info);
  const beat = () => context.heartbeat(task.checkpoint);
  beat();
  const timer = setInterval(beat, environment.settings.heartbeatIntervalMs);
  const attending = task.attend(beat);
  try {
    const result = await Promise.race([task.result, context.cancelled]);
    if (task.abortReason?.code === 'canceled' && !result.success) await confirmCancel(context);
    return await environment.meter.fitResult(result);
  } catch (error) {
    if (!context.cancellationSignal.aborted) throw asActivityFailure(error, input, environment.logger);
    const finished = await endCanceledAttempt(environment, context, task);
    if (finished) return await environment.meter.fitResult(finished);
    throw error;
  } finally {
    clearInterval(timer);
    attending[Symbol.dispose]();
  }
}

function joinTurn(environment: ActivityEnvironment, input: AgentTaskInput, info: Info): LiveTask {
  const running = environment.starter.registry.find(input.taskId, input.turn);
  if (!running && environment.stopping()) throw asActivityFailure(new TurnHandedOver(), input, environment.logger);
  const checkpoint = info.heartbeatDetails as JsonValue | undefined;
  return environment.starter.join(input, {
    durable: true,
    ...(checkpoint === undefined || checkpoint === null ? {} : { checkpoint }),
  });
}

/**
 * The turn was canceled in this process, which is faster than Temporal. Its own request follows on the heels of that, and
 * throws here, so that the workflow ends as canceled. When it does not come, the turn's result stands.
 */
async function confirmCancel(context: Context): Promise<void> {
  await bounded(context.cancelled, CANCEL_CONFIRMATION_MS, 'confirmation of the cancel').catch((error: unknown) => {
    if (context.cancellationSignal.aborted) throw error;
  });
}

/** Ends the turn as the reason of the attempt's cancellation demands; gives its result if it finished all the same. */
async function endCanceledAttempt(
  environment: ActivityEnvironment,
  context: Context,
  task: LiveTask,
): Promise<LlmResult | undefined> {
  const { guard, stopping } = environment;
  const execution = executionOf(context.info);
  const details = context.cancellationDetails;
  if (details?.workerShutdown && stopping()) {
    task.abort({ code: 'shutdown', message: 'The process is stopping.' });
    return successOf(task);
  }
  if (details?.paused || details?.reset) {
    task.abort({ code: 'superseded', message: 'An operator took the attempt back.' });
    return successOf(task);
  }
  // Temporal cancels an attempt in this way for a cancel, but also when the workflow was terminated, reset or timed out.
  const wish = details?.cancelRequested ? await guard.reasonToStop(execution, task) : undefined;
  if (wish) {
    task.abort(wish);
    return successOf(task);
  }
  // The attempt was given up on: by a heartbeat that found it gone, by a worker that failed, or by a timeout while
  // Temporal was away. That alone is no reason to stop: the next attempt may come here and join the turn.
  void guard.afterAttempt(execution, task);
  return undefined;
}

/** Waits for the turn to stop; its result when it succeeded before the abort reached it. */
async function successOf(task: LiveTask): Promise<LlmResult | undefined> {
  try {
    const result = await task.result;
    return result.success ? result : undefined;
  } catch {
    // How a stopped turn rejects says nothing more than that it stopped.
    return undefined;
  }
}
