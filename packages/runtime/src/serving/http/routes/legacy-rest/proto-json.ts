import { isObject } from '../../../../support/is-object.js';
import { decodeFile, encodeFile } from './file-bytes.js';

/** Translates between the JSON of 0.3's JSON-RPC, which the SDK reads, and the JSON of protocol buffers, which 0.3's REST sends. */
type Json = Readonly<Record<string, unknown>>;

/** How the client of one request encodes files. */
export interface FileDialect {
  readonly knownToEncodeTwice: boolean;
  /** False if it refuses a file with a name. */
  readonly readsNames: boolean;
  /** The encoding of the files in the request; `undefined` if it has none. */
  encodesTwice: boolean | undefined;
}

/** The parameters of a send, from a body of REST. */
export function fromProtoSend(body: Json, dialect: FileDialect): Json {
  const { configuration, metadata } = body;
  const message = body['message'] ?? body['request'];
  return {
    ...(isObject(message) && { message: fromProtoMessage(message, dialect) }),
    ...(isObject(configuration) && { configuration: fromProtoConfiguration(configuration) }),
    ...(isObject(metadata) && { metadata }),
  };
}

/** A task, message or event; `undefined` if it is none of them. */
export function toProtoEvent(event: Json, dialect: FileDialect): Json | undefined {
  const { kind } = event;
  if (kind === 'task') return { task: toProtoTask(event, dialect) };
  if (kind === 'message') return { message: toProtoMessage(event, dialect) };
  const { status, artifact, final, append, lastChunk, taskId, contextId, metadata } = event;
  const ids = given({ taskId, contextId, metadata });
  if (kind === 'status-update' && isObject(status)) {
    return { statusUpdate: { ...ids, status: toProtoStatus(status, dialect), ...(final === true && { final }) } };
  }
  if (kind === 'artifact-update' && isObject(artifact)) {
    const flags = { ...(append === true && { append }), ...(lastChunk === true && { lastChunk }) };
    return { artifactUpdate: { ...ids, artifact: toProtoArtifact(artifact, dialect), ...flags } };
  }
  return undefined;
}

export function toProtoTask(task: Json, dialect: FileDialect): Json {
  const { id, contextId, status, artifacts, history, metadata } = task;
  return given({
    id,
    contextId,
    status: isObject(status) ? toProtoStatus(status, dialect) : undefined,
    artifacts: maps(artifacts)?.map((artifact) => toProtoArtifact(artifact, dialect)),
    history: maps(history)?.map((message) => toProtoMessage(message, dialect)),
    metadata,
  });
}

function toProtoStatus({ state, message, timestamp }: Json, dialect: FileDialect): Json {
  const name = state === 'canceled' ? 'CANCELLED' : String(state).toUpperCase().replaceAll('-', '_');
  return given({
    state: name === 'UNKNOWN' ? undefined : `TASK_STATE_${name}`,
    message: isObject(message) ? toProtoMessage(message, dialect) : undefined,
    timestamp,
  });
}

function toProtoMessage(message: Json, dialect: FileDialect): Json {
  const { messageId, contextId, taskId, role, parts, metadata, extensions } = message;
  return given({
    messageId,
    contextId,
    taskId,
    role: role === 'user' ? 'ROLE_USER' : 'ROLE_AGENT',
    content: maps(parts)?.map((part) => toProtoPart(part, dialect)),
    metadata,
    extensions,
  });
}

function toProtoArtifact(artifact: Json, dialect: FileDialect): Json {
  const { artifactId, name, description, parts, metadata, extensions } = artifact;
  const content = maps(parts)?.map((part) => toProtoPart(part, dialect));
  return given({ artifactId, name, description, parts: content, metadata, extensions });
}

function toProtoPart({ kind, text, data, file, metadata }: Json, dialect: FileDialect): Json {
  if (kind === 'text') return given({ text, metadata });
  if (kind === 'data') return given({ data: { data }, metadata });
  const { bytes, uri, mimeType, name } = isObject(file) ? file : {};
  const twice = dialect.encodesTwice ?? dialect.knownToEncodeTwice;
  const content = typeof bytes === 'string' ? { fileWithBytes: encodeFile(bytes, twice) } : { fileWithUri: uri };
  return given({ file: given({ ...content, mimeType, ...(dialect.readsNames && { name }) }), metadata });
}

function fromProtoMessage(message: Json, dialect: FileDialect): Json {
  const parts = message['content'] ?? message['parts'] ?? [];
  return given({
    kind: 'message',
    messageId: either(message, 'messageId', 'message_id'),
    contextId: either(message, 'contextId', 'context_id'),
    taskId: either(message, 'taskId', 'task_id'),
    role: roleOf(message['role']),
    parts: Array.isArray(parts)
      ? parts.map((part) => (isObject(part) ? fromProtoPart(part, dialect) : part))
      : undefined,
    metadata: message['metadata'],
    extensions: message['extensions'],
  });
}

function roleOf(role: unknown): unknown {
  if (role === 'ROLE_USER' || role === 1) return 'user';
  return role === 'ROLE_AGENT' || role === 2 ? 'agent' : role;
}

function fromProtoPart(part: Json, dialect: FileDialect): Json {
  const { text, data, file, metadata } = part;
  // A part in the form of JSON-RPC is accepted too.
  if ('kind' in part) return part;
  if (typeof text === 'string') return given({ kind: 'text', text, metadata });
  if (isObject(data)) return given({ kind: 'data', data: data['data'] ?? {}, metadata });
  if (!isObject(file)) return part;
  const mimeType = either(file, 'mimeType', 'mime_type');
  const bytes = either(file, 'fileWithBytes', 'file_with_bytes');
  const named = given({
    mimeType: mimeType === '' ? undefined : mimeType,
    name: file['name'] === '' ? undefined : file['name'],
  });
  if (typeof bytes !== 'string') {
    const uri = either(file, 'fileWithUri', 'file_with_uri');
    return given({ kind: 'file', file: { ...(uri !== undefined && { uri }), ...named }, metadata });
  }
  const { base64, twice } = decodeFile(
    bytes,
    typeof mimeType === 'string' ? mimeType : undefined,
    dialect.knownToEncodeTwice,
  );
  if (bytes !== '') dialect.encodesTwice = twice || dialect.encodesTwice === true;
  return given({ kind: 'file', file: { bytes: base64, ...named }, metadata });
}

/** In protocol buffers, a length of 0 means that none was given. */
function fromProtoConfiguration(configuration: Json): Json {
  const length = either(configuration, 'historyLength', 'history_length');
  return given({
    acceptedOutputModes: either(configuration, 'acceptedOutputModes', 'accepted_output_modes'),
    pushNotificationConfig: either(configuration, 'pushNotification', 'push_notification'),
    historyLength: length === 0 ? undefined : length,
    blocking: configuration['blocking'] ?? false,
  });
}

function either(map: Json, name: string, other: string): unknown {
  return map[name] ?? map[other] ?? undefined;
}

/** The fields that are set. */
function given(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}

function maps(value: unknown): readonly Json[] | undefined {
  return Array.isArray(value) ? value.filter(isObject) : undefined;
}
