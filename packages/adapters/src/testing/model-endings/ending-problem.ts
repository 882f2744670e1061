import { assertTurnEvent } from '../../checks/turn-event.js';
import type { FinishEvent } from '../../contract/answer-event.js';
import type { TurnEvent, UsageEvent } from '../../contract/turn-event.js';
import { EngineError } from '../../errors/engine-error.js';
import { answerOf, type ObservedTurn } from '../contract/observed-turn.js';
import type { EndingOutcome, ModelEnding } from './model-ending.js';

/**
 * What is wrong with the turn that met a row; `undefined` if nothing is: an outcome that the row does not list, half of a character in an
 * event, an event that breaks the contract, two tool calls with one id, or a usage that differs from the row's. The test itself checks
 * whether `act` ran.
 */
export function endingProblem(ending: ModelEnding, turn: ObservedTurn): string | undefined {
  return outcomeProblem(ending.outcomes, turn) ?? eventsProblem(turn.events) ?? usageProblem(ending, turn.events);
}

function outcomeProblem(outcomes: readonly EndingOutcome[], turn: ObservedTurn): string | undefined {
  if (outcomes.some((outcome) => fits(outcome, turn))) return undefined;
  const wanted = outcomes.map(describe).join(' or ');
  return `wanted ${wanted}; found ${describeTurn(turn)}`;
}

function fits(outcome: EndingOutcome, turn: ObservedTurn): boolean {
  if ('error' in outcome) {
    const { error } = turn;
    return EngineError.is(error) && error.code === outcome.error && error.retryable === outcome.retryable;
  }
  const finish = turn.events.find((event): event is FinishEvent => event.type === 'finish');
  if (turn.error !== undefined || finish === undefined || (finish.reason ?? 'stop') !== outcome.finish) return false;
  const answer = answerOf(turn);
  if (outcome.text === undefined) return answer.trim() !== '';
  return typeof outcome.text === 'string' ? answer.trim() === outcome.text : outcome.text.test(answer);
}

function describe(outcome: EndingOutcome): string {
  if ('error' in outcome) return `${outcome.error} (${outcome.retryable ? 'retryable' : 'final'})`;
  return `finish ${outcome.finish} with ${outcome.text === undefined ? 'some text' : String(outcome.text)}`;
}

function describeTurn(turn: ObservedTurn): string {
  const { error } = turn;
  if (EngineError.is(error)) return `${error.code} (${error.retryable ? 'retryable' : 'final'}): ${error.message}`;
  if (error !== undefined) return `a throw of ${String(error)}`;
  const last = turn.events.at(-1);
  return `${JSON.stringify(last)} after ${JSON.stringify(answerOf(turn))}`;
}

function eventsProblem(events: readonly TurnEvent[]): string | undefined {
  const broken = events.find((event) => !wellFormed(event));
  if (broken !== undefined) return `half a character in ${JSON.stringify(broken)}`;
  for (const event of events) {
    try {
      assertTurnEvent(event);
    } catch (error) {
      return String(error);
    }
  }
  const ids = events.flatMap((event) => (event.type === 'tool-call' ? [event.id] : []));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? undefined : `two tool calls have the id ${twice}`;
}

function wellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !/[\uD800-\uDFFF]/u.test(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(wellFormed);
}

function usageProblem(ending: ModelEnding, events: readonly TurnEvent[]): string | undefined {
  const told = events.filter((event): event is UsageEvent => event.type === 'usage');
  if (ending.usage === undefined || told.length === 0) return undefined;
  const sum = (field: keyof NonNullable<ModelEnding['usage']>) =>
    told.reduce((total, event) => total + (event[field] ?? 0), 0);
  for (const [field, wanted] of Object.entries(ending.usage)) {
    const found = sum(field as keyof NonNullable<ModelEnding['usage']>);
    if (found !== wanted) return `wanted ${wanted} ${field}; found ${found}`;
  }
  return undefined;
}
