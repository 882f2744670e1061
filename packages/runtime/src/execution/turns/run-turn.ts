import type { AbortReason, Logger } from '@molecule/adapters';
import type { PutAway } from '@molecule/adapters/steps';
import type { Attributes, Span } from '@opentelemetry/api';
import { monotonicClock } from '../../support/clock.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import type { ObservedTurn } from '../../tasks/turn-observer.js';
import { ATTRIBUTES, SPAN_NAMES } from '../../telemetry/tracing/attributes.js';
import { markFailed, withSpan } from '../../telemetry/tracing/with-span.js';
import { askEngine, type EngineOutcome } from '../attempts/ask-engine.js';
import { TurnClock } from '../attempts/turn-clock.js';
import type { AttemptPolicy, TurnContext } from '../attempts/turn-context.js';
import { TurnRecorder } from '../recording/turn-recorder.js';
import type { RunningTurn } from './running-turn.js';
import { turnAttributes } from './turn-attributes.js';
import type { TurnEnvironment } from './turn-environment.js';
import type { TurnOutcome } from './turn-outcome.js';
import { watchClaim } from './watch-claim.js';

/**
 * Runs a claimed turn to its end, with a clock, a watch on the claim, and observers: asks the engine and records the outcome. If
 * the turn ends without a result, the claim is released.
 *
 * @throws {TurnAbortedError} on cancel or if another process claimed the turn (the log has the task's state already), and on shutdown
 * if the turn is handed over
 * @throws {TaskLogError} if the log refuses further writes of this turn
 */
export async function runTurn(
  environment: TurnEnvironment,
  running: RunningTurn,
  writer: TaskWriter,
  policy: AttemptPolicy,
): Promise<TurnOutcome> {
  const { log, engine, rules, identity, observers = [] } = environment;
  const { taskId, contextId, input } = writer.record;
  const logger = environment.logger.child({ taskId, contextId, turn: running.turn });
  const observed: ObservedTurn = { taskId, contextId, text: input.userInput };
  const abort = (reason: AbortReason) => running.abort(reason);
  const clock = new TurnClock(rules.limits, rules.clock ?? monotonicClock, abort, () => writer.isHeld);
  const stopWatching = watchClaim(log, writer.record, abort, logger);
  for (const observer of observers) observer.began?.(observed);
  let result: TurnOutcome | undefined;
  try {
    if (running.turn === 1 && writer.afterQuestions) await environment.conversations?.withdrawQuestions(writer.record);
    // Only an earlier attempt can have recorded something of this turn.
    const isFirst = writer.attempt === 1 && !writer.record.run;
    const earlier = isFirst ? undefined : await log.readForTurn.get(taskId);
    const recorder = new TurnRecorder(writer, earlier?.task, abort);
    const onStuck = (stopped: Promise<void>) => {
      for (const observer of observers) observer.stuck?.(observed, stopped);
    };
    const steps = { reader: log.readForTurn, files: rules.stepFiles, now: rules.now ?? (() => Date.now()) };
    const context = { engine, writer, recorder, clock, steps, signal: running.signal, policy, logger, onStuck };
    result = await logged(writer, logger, () => askAndRecord(context, turnAttributes(identity, input)));
    return result;
  } catch (error) {
    await releaseClaim(environment, writer.record);
    throw error;
  } finally {
    clock.stop();
    stopWatching();
    if (writer.isEngaged && (result || !isLeft(environment, running, writer.record))) {
      await disengage(environment, writer.record);
    }
    const ended = result?.kind === 'passed' ? undefined : result;
    for (const observer of observers) observer.ended?.(observed, ended);
  }
}

/** Lets other processes claim the turn while this process is alive. Never throws. */
export async function releaseClaim({ log, logger }: TurnEnvironment, head: TaskHead): Promise<void> {
  try {
    await log.release(head);
  } catch (error) {
    logger.warn('a claim could not be released', { taskId: head.taskId, error });
  }
}

/**
 * True for a turn that another process runs because this boot ends. It keeps its conversation, as after a crash: otherwise a later turn
 * could begin before it.
 */
function isLeft({ boots }: TurnEnvironment, { signal }: RunningTurn, { runner }: TaskHead): boolean {
  const reason = signal.reason as AbortReason | undefined;
  return boots.id !== runner || reason?.code === 'shutdown';
}

/** Lets the next turn of the conversation begin. Never throws. */
async function disengage({ log, logger }: TurnEnvironment, { taskId, runner }: TaskHead): Promise<void> {
  try {
    if (runner !== undefined) await log.disengage(taskId, runner);
  } catch (error) {
    logger.warn('the end of an engine could not be recorded', { taskId, error });
  }
}

/** Asks the engine for the turn, then records the outcome; each in a span. */
async function askAndRecord(context: TurnContext, attributes: Attributes): Promise<TurnOutcome> {
  const { writer, recorder } = context;
  const { traceparent } = writer.record.input;
  try {
    const outcome = await withSpan(SPAN_NAMES.llmCall, attributes, traceparent, async (span) => {
      const asked = await askEngine(context);
      describeIn(span, asked, context);
      return asked;
    });
    return await withSpan(SPAN_NAMES.taskComplete, attributes, traceparent, async (span) => {
      const result = await record(outcome, context);
      span.setAttribute(ATTRIBUTES.taskState, result.kind);
      return result;
    });
  } catch (error) {
    throw recorder.refusal ?? error;
  } finally {
    recorder.discard();
  }
}

async function record(outcome: EngineOutcome, { recorder, writer }: TurnContext): Promise<TurnOutcome> {
  if (outcome.kind === 'failed') return recorder.fail(outcome.failure);
  const { ending, stopped } = outcome;
  writer.engineEnds(stopped);
  const result = await ('type' in ending ? recorder.end(ending) : putAway(ending, writer, recorder));
  // The next turn of the context begins once the engine has cleaned up after this one.
  await stopped;
  return result;
}

/** The turn goes on as the next one of its task. */
async function putAway(
  { requests: [first, ...also], until }: PutAway,
  { record: current }: TaskWriter,
  recorder: TurnRecorder,
): Promise<TurnOutcome> {
  const { turn, input, pending } = current.run ?? current;
  const run = { turn, next: current.turn + 1, input, ...(pending && { pending }) };
  if (first) return recorder.end({ type: 'input-required', ...first, ...(also.length > 0 && { also }) }, run);
  await recorder.putAway(run, until);
  return { kind: 'passed' };
}

function describeIn(span: Span, outcome: EngineOutcome, { recorder: { usage }, writer }: TurnContext): void {
  span.setAttributes({
    [ATTRIBUTES.attempt]: writer.attempt,
    [ATTRIBUTES.inputTokens]: usage.inputTokens,
    [ATTRIBUTES.outputTokens]: usage.outputTokens,
    ...(usage.model !== undefined && { [ATTRIBUTES.responseModel]: usage.model }),
  });
  if (outcome.kind !== 'failed') return;
  markFailed(span, undefined);
  span.setAttribute(ATTRIBUTES.errorType, outcome.failure.code);
}

async function logged(writer: TaskWriter, logger: Logger, run: () => Promise<TurnOutcome>): Promise<TurnOutcome> {
  const begun = performance.now();
  logger.info('the turn begins', { attempt: writer.attempt, durable: writer.record.durable });
  const result = await run();
  const ms = Math.round(performance.now() - begun);
  logger.info('the turn ended', { outcome: result.kind, attempt: writer.attempt, ms });
  return result;
}
