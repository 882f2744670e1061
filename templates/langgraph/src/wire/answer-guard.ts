import { EngineError, type FinishReason, type UsageEvent } from '@molecule/adapters';
import type { JsonRecord } from './json.js';
import type { ModelCallFacts } from './model-calls.js';

/** Watches and mends one answer of a model, in one wire format. */
export interface AnswerGuard {
  /**
   * Receives one event of the stream, and returns the events that replace it.
   *
   * @throws {EngineError} if the event reports a failure
   */
  event(data: JsonRecord): readonly JsonRecord[];
  /** The stream has closed. @throws EngineError when the answer had not come to its end. */
  end(): ModelCallFacts;
  /** An answer that is not streamed, mended in place, as the same events. `undefined`: it is no answer. */
  eventsOf(answer: JsonRecord): readonly JsonRecord[] | undefined;
  /** The usage reported so far, also by a failed answer. */
  usage(): UsageEvent | undefined;
}

export function brokenOff(provider: string): EngineError {
  return new EngineError('unavailable', `${provider} hung up in the middle of its answer.`);
}

export function factsOf(reason: FinishReason, problems: Iterable<readonly [string, string]>): ModelCallFacts {
  return { reason, notRun: new Map(problems) };
}
