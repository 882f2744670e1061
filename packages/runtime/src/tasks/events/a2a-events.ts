import { type Artifact, type Message, type Part, Role, TaskState, type TaskStatusUpdateEvent } from '@a2a-js/sdk';
import type { DataEvent, Part as EnginePart, FilePart, JsonValue } from '@molecule/adapters';
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

const JSON_TYPE = 'application/json';

export function textPart(value: string): Part {
  return { content: { $case: 'text', value }, mediaType: 'text/plain', filename: '', metadata: undefined };
}

export function dataPart(value: JsonValue): Part {
  return { content: { $case: 'data', value }, mediaType: JSON_TYPE, filename: '', metadata: undefined };
}

/** The part of a `data` event. Its schema is in the metadata, as in section 6.7 of the specification. */
export function structuredPart({ data, mediaType, schema }: DataEvent): Part {
  return toA2APart({ kind: 'data', data, ...(mediaType && { mediaType }), ...(schema && { metadata: { schema } }) });
}

/** A part of an engine as A2A has it. */
export function toA2APart(part: EnginePart): Part {
  switch (part.kind) {
    case 'text':
      return { ...textPart(part.text), ...(part.mediaType && { mediaType: part.mediaType }), metadata: part.metadata };
    case 'file':
      return filePart(part);
    case 'data': {
      // As it will be read from the log.
      const copy = JSON.parse(JSON.stringify([part.data, part.metadata ?? {}])) as [JsonValue, Metadata];
      return typedData(copy[0], part.mediaType ?? JSON_TYPE, copy[1]);
    }
  }
}

/** Data of protocol 0.3 has no media type: its clients read any other than JSON as `mimeType` in the metadata. */
function typedData(value: JsonValue, mediaType: string, own: Metadata): Part {
  const metadata = mediaType === JSON_TYPE ? own : { mimeType: mediaType, ...own };
  return { ...dataPart(value), mediaType, metadata: Object.keys(metadata).length === 0 ? undefined : metadata };
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

/** An artifact, or a part of one. */
export interface ArtifactUpdate {
  readonly id: string;
  readonly name: string;
  /** Default: none. */
  readonly description?: string;
  readonly parts: readonly Part[];
  readonly metadata?: Artifact['metadata'];
}

export function artifactEvent(
  target: EventTarget,
  { id, name, description = '', parts, metadata }: ArtifactUpdate,
  options: { readonly append: boolean; readonly lastChunk: boolean; readonly metadata?: Metadata },
): TaskEvent {
  return {
    $case: 'artifactUpdate',
    value: {
      taskId: target.taskId,
      contextId: target.contextId,
      artifact: { artifactId: id, name, description, parts: [...parts], metadata, extensions: [] },
      append: options.append,
      lastChunk: options.lastChunk,
      metadata: options.metadata,
    },
  };
}
