import {
  StreamResponse,
  type TaskArtifactUpdateEvent,
  TaskState,
  type TaskStatusUpdateEvent,
  taskStateFromJSON,
  taskStateToJSON,
} from '@a2a-js/sdk';
import { wellFormedDeep } from '@molecule/adapters';

/** What can happen to a task, in A2A's own words. */
export type TaskEvent =
  | { readonly $case: 'statusUpdate'; readonly value: TaskStatusUpdateEvent }
  | { readonly $case: 'artifactUpdate'; readonly value: TaskArtifactUpdateEvent };

/** An event with its place in the task's log. */
export interface LoggedEvent {
  /** 1, 2, 3, ... without gaps within a task. It is the SSE id, and `molecule.seq` in the event's metadata. */
  readonly seq: number;
  readonly event: TaskEvent;
}

/** Metadata key under which a delivered task or event carries its sequence number. */
export const SEQUENCE_KEY = 'molecule.seq';

const TERMINAL = new Set([
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_FAILED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_REJECTED,
]);
const INTERRUPTED = new Set([TaskState.TASK_STATE_INPUT_REQUIRED, TaskState.TASK_STATE_AUTH_REQUIRED]);

/** Completed, failed, canceled, rejected: nothing follows (A2A 1.0, section 4.1.3). */
export function isTerminal(state: TaskState | undefined): boolean {
  return state !== undefined && TERMINAL.has(state);
}

/** Terminal, or waiting for somebody: the turn is over and a stream ends here. */
export function isSettled(state: TaskState | undefined): boolean {
  return state !== undefined && (TERMINAL.has(state) || INTERRUPTED.has(state));
}

/** The state that an event leads to, when it is a status update. */
export function stateOf(event: TaskEvent): TaskState | undefined {
  return event.$case === 'statusUpdate' ? event.value.status?.state : undefined;
}

export function stateName(state: TaskState): string {
  return taskStateToJSON(state);
}

export function stateFromName(name: string): TaskState {
  return taskStateFromJSON(name);
}

export function eventToJson(event: TaskEvent): string {
  return JSON.stringify(StreamResponse.toJSON({ payload: event } as StreamResponse));
}

export function eventFromJson(json: string): TaskEvent {
  const { payload } = StreamResponse.fromJSON(JSON.parse(json));
  if (payload?.$case !== 'statusUpdate' && payload?.$case !== 'artifactUpdate') {
    throw new TypeError(`The task log holds an event of an unknown kind: ${json.slice(0, 80)}`);
  }
  return payload;
}

/**
 * The event with its sequence number in its metadata, fit to be stored and sent: whatever an engine or a caller put into
 * it, no text in it holds half of a character.
 */
export function withSequence(event: TaskEvent, seq: number): TaskEvent {
  const value = wellFormedDeep(event.value);
  return { ...event, value: { ...value, metadata: { ...value.metadata, [SEQUENCE_KEY]: seq } } } as TaskEvent;
}
