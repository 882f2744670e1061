import { setTimeout as delay } from 'node:timers/promises';
import type { SDKResultMessage, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { canceledError, EngineError, type Logger, type TurnEvent } from '@molecule/adapters';
import { CallStops } from '../events/call-stops.js';
import { emptyAnswerError, type FailedCalls, fatalRetryError, resultError } from '../events/engine-errors.js';
import { EventTranslator } from '../events/event-translator.js';
import { finishReason, wordsFor } from '../events/finish-reason.js';
import { addTotals, resultTotals, usageEvent } from '../events/usage.js';
import type { TurnScope } from '../permissions/turn-scope.js';
import type { ClaudeProcess } from '../process/claude-process.js';
import { requestEvent } from '../requests/request-event.js';
import { waitFor } from '../requests/request-id.js';
import type { Session } from '../sessions/session.js';
import type { TurnRecord } from '../sessions/turn-record.js';
import { isToBeContinued, whenAborted } from './abort.js';
import { sayWhenSilent } from './silence.js';

/** How long a canceled turn may take to end by itself, so that the transcript records the cancel. */
const INTERRUPT_MS = 1000;

export interface PlanRun {
  readonly process: ClaudeProcess;
  readonly session: Session;
  readonly scope: TurnScope;
  readonly record: TurnRecord;
  /** What to say first. */
  readonly opening?: SDKUserMessage;
  /** What to say when the process takes nothing up by itself. */
  readonly whenSilent?: SDKUserMessage;
  /** See `FailedCalls.areRepeated`. */
  readonly repeatsCalls: boolean;
  readonly logger: Logger;
}

/**
 * Runs one turn in a process, and reports its events. After `finish` the process can run another turn; in any other case, a throw
 * included, it is no longer usable.
 */
export async function* runPlan(run: PlanRun): AsyncGenerator<TurnEvent> {
  const { process, session, scope, record } = run;
  const { signal } = scope;
  const aborted = whenAborted(signal);
  const silence = sayWhenSilent(process, run.whenSilent);
  try {
    await session.writeTurn(record);
    process.forgetErrors();
    const stops = new CallStops();
    process.gate.open({ ...scope, problemOf: (callId) => stops.problemOf(callId) });
    if (run.opening !== undefined) process.send(run.opening);
    const translator = new EventTranslator(scope.answered?.call);
    let failed: FailedCalls = { areRepeated: run.repeatsCalls };
    for (;;) {
      const message = await Promise.race([process.next(), aborted.promise]);
      silence.heard(message);
      if (message !== undefined) stops.hear(message);
      if (message === undefined) throw new EngineError('engine-died', 'Claude Code ended in the middle of the turn.');
      if (message.type === 'result' && isAbout(message, run)) return yield* endTurn(run, translator, message, failed);
      if (message.type === 'system' && message.subtype === 'api_retry') {
        failed = { ...failed, retry: message };
        const fatal = fatalRetryError(message);
        if (fatal !== undefined) throw fatal;
      }
      if (message.type === 'assistant' && message.error !== undefined) failed = { ...failed, category: message.error };
      for (const event of translator.translate(message)) {
        if (signal.aborted) throw canceledError(signal);
        yield event;
      }
    }
  } catch (error) {
    if (signal.aborted && !isToBeContinued(signal)) await interrupt(process);
    throw toEngineError(error, run);
  } finally {
    silence.stop();
    aborted.stop();
    process.gate.close();
  }
}

async function* endTurn(
  { process, session, record, scope }: PlanRun,
  translator: EventTranslator,
  result: SDKResultMessage,
  failed: FailedCalls,
): AsyncGenerator<TurnEvent> {
  const totals = resultTotals(result);
  yield usageEvent(addTotals(process.totals, translator.usage.told), totals, Object.keys(result.modelUsage)[0]);
  process.totals = totals;
  // After a failed model call the SDK has no more messages of this process.
  if (result.is_error) process.retire();
  const reason = finishReason(result, translator.lastStop);
  if (scope.signal.aborted) throw canceledError(scope.signal);
  if (reason === undefined) throw resultError(result, { ...failed, type: await process.apiErrorType() });
  const { deferred_tool_use: call, result: last } = result as SDKResultMessage & { readonly subtype: 'success' };
  if (call !== undefined) {
    const waiting = waitFor(call, record);
    await session.writeTurn(waiting);
    yield requestEvent(waiting.requestId, call);
    return;
  }
  const said = translator.answer(result.is_error ? undefined : last);
  const text = said.trim() === '' ? wordsFor(reason) : said;
  if (text === undefined) throw emptyAnswerError();
  await session.writeTurn({ ...record, state: 'finished', text, ...(reason === 'stop' ? {} : { reason }) });
  for (const event of translator.finish(text, reason)) yield event;
}

/** A warm process could still end something that an earlier turn began; that is not this turn's result. */
function isAbout(result: SDKResultMessage, { opening }: PlanRun): boolean {
  const about =
    result.user_message_uuids ?? (result.user_message_uuid === undefined ? undefined : [result.user_message_uuid]);
  return opening?.uuid === undefined || about === undefined || about.includes(opening.uuid);
}

async function interrupt(process: ClaudeProcess): Promise<void> {
  const drained = (async () => {
    await process.interrupt();
    let message = await process.next();
    while (message !== undefined && message.type !== 'result') message = await process.next();
  })();
  // It may end in any way: the process is killed after this.
  await Promise.race([drained.catch(() => undefined), delay(INTERRUPT_MS)]);
}

function toEngineError(error: unknown, { scope, process, logger }: PlanRun): EngineError {
  if (scope.signal.aborted) return canceledError(scope.signal);
  const { taskId } = scope;
  if (EngineError.is(error)) {
    logger.warn('A turn of Claude Code failed', { taskId, code: error.code, error });
    return error;
  }
  logger.warn('Claude Code ended in the middle of a turn', { taskId, error, stderr: process.errorOutput });
  return new EngineError('engine-died', 'Claude Code ended in the middle of the turn.', { cause: error });
}
