import { type Message, TaskState } from '@a2a-js/sdk';
import { agentMessage, type EventTarget, statusEvent, textPart } from './a2a-events.js';
import type { TaskEvent } from './task-event.js';

/** Metadata key of a message that is a progress line: `true`. The next status takes its place, and the history does not keep it. */
const PROGRESS_KEY = 'molecule.progress';

/** A line about what the agent does now. */
export function progressEvent(target: EventTarget, text: string): TaskEvent {
  const message = agentMessage(target, [textPart(text)], { [PROGRESS_KEY]: true });
  return statusEvent(target, TaskState.TASK_STATE_WORKING, { message });
}

export function isProgress({ metadata }: Pick<Message, 'metadata'>): boolean {
  return metadata?.[PROGRESS_KEY] === true;
}
