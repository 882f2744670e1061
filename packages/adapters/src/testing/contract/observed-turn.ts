import type { JsonValue } from '../../contract/json.js';
import type { FinishEvent, InputRequiredEvent, TurnEvent } from '../../contract/turn-event.js';

/** What a turn told, and how it ended. */
export interface ObservedTurn {
  readonly events: readonly TurnEvent[];
  /** What it threw, when it did. */
  readonly error?: unknown;
  /** The last state that it saved. */
  readonly checkpoint?: JsonValue;
}

/** The answer as the runner sees it: the text of `finish`, or else the joined deltas since the last reset. */
export function answerOf(turn: ObservedTurn): string {
  const finish = turn.events.find((event): event is FinishEvent => event.type === 'finish');
  return finish?.text ?? streamedText(turn.events);
}

export function streamedText(events: readonly TurnEvent[]): string {
  return events.reduce((text, event) => {
    if (event.type === 'reset') return '';
    return event.type === 'text-delta' ? text + event.text : text;
  }, '');
}

export function inputRequestOf(turn: ObservedTurn): InputRequiredEvent | undefined {
  return turn.events.find((event): event is InputRequiredEvent => event.type === 'input-required');
}
