import { type Message, TaskState } from '@a2a-js/sdk';
import type { JsonValue } from '@molecule/adapters';
import { agentMessage, type EventTarget, statusEvent, textPart } from './a2a-events.js';
import type { TaskEvent } from './task-event.js';

/** Metadata key of the progress line of a turn that is put away: when it begins again, ISO 8601. */
const WAKES_AT_KEY = 'molecule.wakesAt';

/** Metadata key of a message that is a progress line: `true`. The next status takes its place, and the history does not keep it. */
const PROGRESS_KEY = 'molecule.progress';

/** A line about what the agent does now. */
export function progressEvent(target: EventTarget, text: string): TaskEvent {
  const message = agentMessage(target, [textPart(text)], { [PROGRESS_KEY]: true });
  return statusEvent(target, TaskState.TASK_STATE_WORKING, { message });
}

/** The line of a turn that is put away until a time, in milliseconds since 1970. @param metadata of the status */
export function putAwayEvent(
  target: EventTarget,
  at: number,
  metadata: Readonly<Record<string, JsonValue>>,
): TaskEvent {
  const wakesAt = new Date(at).toISOString();
  const line = [textPart(`Goes on at ${wakesAt}`)];
  const message = agentMessage(target, line, { [PROGRESS_KEY]: true, [WAKES_AT_KEY]: wakesAt });
  return statusEvent(target, TaskState.TASK_STATE_WORKING, { message, metadata });
}

export function isProgress({ metadata }: Pick<Message, 'metadata'>): boolean {
  return metadata?.[PROGRESS_KEY] === true;
}
