import { TaskState } from '@a2a-js/sdk';
import type { FinishEvent, JsonValue } from '@molecule/adapters';
import {
  agentMessage,
  ENGINE_EVENT_KEY,
  type EventTarget,
  statusEvent,
  textPart,
  toA2APart,
} from '../../tasks/events/a2a-events.js';
import { EMPTY_ANSWER_KEY, FINISH_REASON_KEY, REPLY_KEY } from '../../tasks/events/outcome-metadata.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';

/** Text for callers if a turn completes without any answer. */
const EMPTY_ANSWER = 'The agent ended its turn without an answer.';

type Metadata = Readonly<Record<string, JsonValue>>;

/** A `working` status with metadata: usage. */
export function workingEvent(target: EventTarget, metadata: Metadata): TaskEvent {
  return statusEvent(target, TaskState.TASK_STATE_WORKING, { metadata });
}

/** A `working` status that reports what the engine does besides answering. */
export function engineEvent(target: EventTarget, event: Readonly<Record<string, JsonValue | undefined>>): TaskEvent {
  return workingEvent(target, { [ENGINE_EVENT_KEY]: JSON.parse(JSON.stringify(event)) as JsonValue });
}

/** The end of a completed turn. @param isEmpty the turn has added no artifact, and called no tool */
export function completedEvent(
  target: EventTarget,
  { reason = 'stop', message: parts, reply }: FinishEvent,
  isEmpty: boolean,
  usage: Metadata,
): TaskEvent {
  const empty = isEmpty && !parts && { [EMPTY_ANSWER_KEY]: true };
  const bare = reply === 'message' && { [REPLY_KEY]: reply };
  const metadata = { ...usage, [FINISH_REASON_KEY]: reason, ...empty, ...bare };
  const message = parts
    ? agentMessage(target, parts.map(toA2APart))
    : empty && agentMessage(target, [textPart(EMPTY_ANSWER)], empty);
  return statusEvent(target, TaskState.TASK_STATE_COMPLETED, { metadata, ...(message && { message }) });
}
