import type { AbortReason, AgentEngine, JsonValue, Logger } from '@molecule/adapters';
import type { Attributes, Span } from '@opentelemetry/api';
import { TaskLogError } from '../task-log/task-log-error.js';
import type { TaskWriter } from '../task-log/task-writer.js';
import { ATTRIBUTES, SPAN_NAMES } from '../tracing/attributes.js';
import { markFailed, withSpan } from '../tracing/with-span.js';
import { askEngine, type EngineOutcome, type StopPolicy } from './ask-engine.js';
import type { RetryPolicy } from './retry-wait.js';
import type { TurnClock } from './turn-clock.js';
import { TurnRecorder } from './turn-recorder.js';
import type { TurnResult } from './turn-result.js';

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
  /** Told when the engine does not stop within its bound after it was told to. */
  readonly onStuck: (stopped: Promise<void>) => void;
  readonly clock: TurnClock;
  readonly stop: StopPolicy;
  /** What the turn's spans tell of it. */
  readonly attributes: Attributes;
}

/**
 * Runs a claimed turn to its end: asks the engine, and writes the outcome.
 *
 * @throws {TurnAborted} on cancel and when superseded (the log says already how the task stands), and on shutdown when
 * the turn is to be handed over
 * @throws {TaskLogError} when the task was taken away
 */
export async function runTurn(options: RunTurnOptions): Promise<TurnResult> {
  const { writer, logger, attributes } = options;
  const { traceparent } = writer.record.input;
  let refused: unknown;
  const recorder = new TurnRecorder(writer, (error) => {
    refused = error;
    options.abort(reasonFor(error));
  });
  const onCheckpoint = (state: JsonValue) => {
    // Told to others when the log holds it: what was said before it must never come after it.
    recorder.checkpoint(state).then(
      () => options.onCheckpoint(state),
      (error: unknown) => logger.debug('the checkpoint was refused', { error }),
    );
  };
  try {
    const outcome = await withSpan(SPAN_NAMES.llmCall, attributes, traceparent, async (span) => {
      const asked = await askEngine({ ...options, recorder, onCheckpoint, refusal: () => refused });
      describe(span, asked, recorder, writer);
      return asked;
    });
    return await withSpan(SPAN_NAMES.taskComplete, attributes, traceparent, async (span) => {
      const result = await record(recorder, outcome);
      span.setAttribute(ATTRIBUTES.taskState, result.kind);
      return result;
    });
  } catch (error) {
    throw refused ?? error;
  } finally {
    recorder.discard();
  }
}

/** Why the engine must stop when the log refuses its words: its work is void when the task is over, and goes on elsewhere otherwise. */
function reasonFor(refusal: unknown): AbortReason {
  if (TaskLogError.is(refusal) && refusal.code === 'TASK_TERMINAL')
    return { code: 'canceled', message: 'The task has been ended.' };
  return { code: 'superseded', message: 'The log takes no more of this turn.' };
}

async function record(recorder: TurnRecorder, outcome: EngineOutcome): Promise<TurnResult> {
  if (outcome.kind === 'failed') return recorder.fail(outcome.failure);
  const { event, stopped } = outcome.ending;
  const result = await (event.type === 'finish' ? recorder.complete(event) : recorder.requireInput(event));
  // The next turn of the context must not begin before the engine has cleaned up behind this one.
  await stopped;
  return result;
}

function describe(span: Span, outcome: EngineOutcome, { usage }: TurnRecorder, writer: TaskWriter): void {
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
