import type { FinishEvent } from '../../contract/answer-event.js';
import type { InputRequiredEvent } from '../../contract/input-request.js';
import type { JsonValue } from '../../contract/json.js';
import type { TurnEvent } from '../../contract/turn-event.js';

/** The events of a turn, and how it ended. */
export interface ObservedTurn {
  readonly events: readonly TurnEvent[];
  /** What it threw; absent if it did not throw. */
  readonly error?: unknown;
  /** The last state that its task saved; absent if it saved none. */
  readonly checkpoint?: JsonValue;
}

/** The answer as the runtime reads it: the text of `finish`, otherwise {@link streamedText}. */
export function answerOf(turn: ObservedTurn): string {
  const finish = turn.events.find((event): event is FinishEvent => event.type === 'finish');
  return finish?.text ?? streamedText(turn.events);
}

/** The joined deltas since the last reset. */
export function streamedText(events: readonly TurnEvent[]): string {
  return events.reduce((text, event) => {
    if (event.type === 'reset') return '';
    return event.type === 'text-delta' ? text + event.text : text;
  }, '');
}

export function inputRequestOf(turn: ObservedTurn): InputRequiredEvent | undefined {
  return turn.events.find((event): event is InputRequiredEvent => event.type === 'input-required');
}
