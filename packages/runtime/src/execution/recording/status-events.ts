import { TaskState } from '@a2a-js/sdk';
import type { FinishReason, InputRequiredEvent, JsonValue } from '@molecule/adapters';
import {
  agentMessage,
  dataPart,
  ENGINE_EVENT_KEY,
  type EventTarget,
  statusEvent,
  textPart,
} from '../../tasks/events/a2a-events.js';
import { EMPTY_ANSWER_KEY, FINISH_REASON_KEY } from '../../tasks/events/outcome-metadata.js';
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

/** The end of a completed turn. */
export function completedEvent(
  target: EventTarget,
  { reason = 'stop', isEmpty }: { readonly reason?: FinishReason | undefined; readonly isEmpty: boolean },
  usage: Metadata,
): TaskEvent {
  const empty = isEmpty && { [EMPTY_ANSWER_KEY]: true };
  const metadata = { ...usage, [FINISH_REASON_KEY]: reason, ...empty };
  const message = empty && agentMessage(target, [textPart(EMPTY_ANSWER)], empty);
  return statusEvent(target, TaskState.TASK_STATE_COMPLETED, { metadata, ...(message && { message }) });
}

/** The end of a turn that asks the caller for something. */
export function questionEvent(target: EventTarget, event: InputRequiredEvent, metadata: Metadata): TaskEvent {
  const { requestId, request, prompt, choices = [], tool } = event;
  const details = {
    requestId,
    request,
    choices: choices.map((choice) => ({ ...choice })),
    ...(tool && { tool: { ...tool } }),
  };
  const message = agentMessage(target, [textPart(prompt), dataPart(details)]);
  return statusEvent(target, TaskState.TASK_STATE_INPUT_REQUIRED, { message, metadata });
}
