import { EngineError, type FinishReason, type UsageEvent } from '@molecule/adapters';
import type { JsonRecord } from './json.js';
import type { ModelCallFacts } from './model-calls.js';

/** Watches and mends one answer of a model, in one wire format. */
export interface AnswerGuard {
  /** Takes one event of the stream, and gives what to hand on in its place. @throws EngineError when it tells a failure. */
  event(data: JsonRecord): readonly JsonRecord[];
  /** The stream has closed. @throws EngineError when the answer had not come to its end. */
  end(): ModelCallFacts;
  /** An answer that is not streamed, mended in place, as the same events. `undefined`: it is no answer. */
  eventsOf(answer: JsonRecord): readonly JsonRecord[] | undefined;
  /** What was told so far, also by an answer that failed. */
  usage(): UsageEvent | undefined;
}

export function brokenOff(provider: string): EngineError {
  return new EngineError('unavailable', `${provider} hung up in the middle of its answer.`);
}

export function factsOf(reason: FinishReason, problems: Iterable<readonly [string, string]>): ModelCallFacts {
  return { reason, notRun: new Map(problems) };
}
