import {
  StreamResponse,
  type TaskArtifactUpdateEvent,
  TaskState,
  type TaskStatusUpdateEvent,
  taskStateFromJSON,
  taskStateToJSON,
} from '@a2a-js/sdk';
import { wellFormedDeep } from '@molecule/adapters';

/** An event of a task, as A2A defines it. */
export type TaskEvent =
  | { readonly $case: 'statusUpdate'; readonly value: TaskStatusUpdateEvent }
  | { readonly $case: 'artifactUpdate'; readonly value: TaskArtifactUpdateEvent };

/** An event with its place in the task's log. */
export interface LoggedEvent {
  /** 1, 2, 3, ... without gaps within a task. It is the SSE id, and `molecule.seq` in the event's metadata. */
  readonly seq: number;
  readonly event: TaskEvent;
  /** The event as the log holds it: the JSON of an A2A StreamResponse. Its readers share this text. */
  readonly json: string;
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

/** Terminal, or waiting for an answer: the turn is over, and a stream ends. */
export function isSettled(state: TaskState | undefined): boolean {
  return state !== undefined && (TERMINAL.has(state) || INTERRUPTED.has(state));
}

/** True for a task that waits for an answer or an authorization: it takes a further message. */
export function isWaiting(state: TaskState | undefined): boolean {
  return state !== undefined && INTERRUPTED.has(state);
}

/** The names of the states that a task can have. */
export const STATE_NAMES: readonly string[] = Object.values(TaskState)
  .filter((state): state is TaskState => typeof state === 'number' && state > 0)
  .map(stateName);

/** The names of the states in which a task waits. */
export const WAITING_STATES: readonly string[] = [...INTERRUPTED].map(stateName);

/** The state that an event leads to, if it is a status update. */
export function stateOf(event: TaskEvent): TaskState | undefined {
  return event.$case === 'statusUpdate' ? event.value.status?.state : undefined;
}

/** True for a status with which a turn begins or ends; false for what happens within it. */
export function beginsOrEndsTurn(event: TaskEvent): boolean {
  const state = stateOf(event);
  return state !== undefined && state !== TaskState.TASK_STATE_WORKING;
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
 * The event with its sequence number, also in its metadata. Unpaired surrogates in its texts are replaced, so that it can be stored
 * and sent.
 */
export function loggedEvent(unnumbered: TaskEvent, seq: number): LoggedEvent {
  const value = wellFormedDeep(unnumbered.value);
  const metadata = { ...value.metadata, [SEQUENCE_KEY]: seq };
  const event = { ...unnumbered, value: { ...value, metadata } } as TaskEvent;
  return { seq, event, json: eventToJson(event) };
}
