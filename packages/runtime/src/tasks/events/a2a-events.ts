import { type Message, type Part, Role, TaskState, type TaskStatusUpdateEvent } from '@a2a-js/sdk';
import type { FilePart, JsonValue } from '@molecule/adapters';
import { ERROR_CODE_KEY } from './outcome-metadata.js';
import type { TaskEvent } from './task-event.js';

/** Metadata key of an engine's activities besides its answer: tool calls, reasoning, retries. */
export const ENGINE_EVENT_KEY = 'molecule.event';

/** The task of an event. */
export interface EventTarget {
  readonly taskId: string;
  readonly contextId: string;
}

type Metadata = Readonly<Record<string, JsonValue>>;

export function textPart(value: string): Part {
  return { content: { $case: 'text', value }, mediaType: 'text/plain', filename: '', metadata: undefined };
}

export function dataPart(value: JsonValue): Part {
  return { content: { $case: 'data', value }, mediaType: 'application/json', filename: '', metadata: undefined };
}

export function filePart(file: FilePart): Part {
  const content: Part['content'] =
    file.data !== undefined
      ? { $case: 'raw', value: Buffer.from(file.data, 'base64') }
      : { $case: 'url', value: file.url ?? '' };
  return {
    content,
    mediaType: file.mediaType ?? 'application/octet-stream',
    filename: file.name ?? '',
    metadata: file.metadata,
  };
}

/** True if two file parts have the same name, type and content. */
export function isSameFile(left: Part, right: Part): boolean {
  if (left.filename !== right.filename || left.mediaType !== right.mediaType) return false;
  const [one, other] = [left.content, right.content];
  if (one?.$case === 'raw' && other?.$case === 'raw') return Buffer.compare(one.value, other.value) === 0;
  return one?.$case === 'url' && other?.$case === 'url' && one.value === other.value;
}

/** The optional fields of a user message. Without a `taskId` the message starts a task. */
export interface UserMessageOptions {
  /** Default: a new id. */
  readonly messageId?: string;
  readonly taskId?: string | undefined;
  readonly contextId?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

/** A message of a user, which starts or continues a task. */
export function userMessage(parts: readonly Part[], options: UserMessageOptions = {}): Message {
  return {
    messageId: options.messageId ?? crypto.randomUUID(),
    role: Role.ROLE_USER,
    taskId: options.taskId ?? '',
    contextId: options.contextId ?? '',
    parts: [...parts],
    metadata: options.metadata,
    extensions: [],
    referenceTaskIds: [],
  };
}

/** A message of the agent. */
export function agentMessage(target: EventTarget, parts: readonly Part[], metadata?: Metadata): Message {
  return {
    messageId: crypto.randomUUID(),
    role: Role.ROLE_AGENT,
    taskId: target.taskId,
    contextId: target.contextId,
    parts: [...parts],
    metadata,
    extensions: [],
    referenceTaskIds: [],
  };
}

export function statusEvent(
  target: EventTarget,
  state: TaskState,
  options: { readonly message?: Message; readonly metadata?: Metadata } = {},
): TaskEvent {
  const value: TaskStatusUpdateEvent = {
    taskId: target.taskId,
    contextId: target.contextId,
    status: { state, message: options.message, timestamp: new Date().toISOString() },
    metadata: options.metadata,
  };
  return { $case: 'statusUpdate', value };
}

/** The end of a canceled task. */
export function canceledEvent(target: EventTarget): TaskEvent {
  const message = agentMessage(target, [textPart('The task was canceled.')]);
  return statusEvent(target, TaskState.TASK_STATE_CANCELED, { message });
}

/** The end of a task that failed: the code for programs, the text for people, and the outcome of the turn. */
export function failedEvent(
  target: EventTarget,
  failure: { readonly code: string; readonly message: string },
  known: Metadata = {},
): TaskEvent {
  const metadata = { ...known, [ERROR_CODE_KEY]: failure.code };
  const message = agentMessage(target, [textPart(failure.message)], metadata);
  return statusEvent(target, TaskState.TASK_STATE_FAILED, { message, metadata });
}

export function artifactEvent(
  target: EventTarget,
  artifact: { readonly id: string; readonly name: string; readonly parts: readonly Part[] },
  options: { readonly append: boolean; readonly lastChunk: boolean; readonly metadata?: Metadata },
): TaskEvent {
  return {
    $case: 'artifactUpdate',
    value: {
      taskId: target.taskId,
      contextId: target.contextId,
      artifact: {
        artifactId: artifact.id,
        name: artifact.name,
        description: '',
        parts: [...artifact.parts],
        metadata: undefined,
        extensions: [],
      },
      append: options.append,
      lastChunk: options.lastChunk,
      metadata: options.metadata,
    },
  };
}
