import type { FilePart } from '../contract/part.js';
import type { ModelFinishReason } from './answer-end.js';

/** A part of a model's stream, as far as it is read here: `LanguageModelV4StreamPart` of `@ai-sdk/provider`. */
export type StreamPart =
  | { readonly type: 'text-delta' | 'reasoning-delta'; readonly id: string; readonly delta: string }
  | { readonly type: 'tool-call'; readonly toolCallId: string; readonly providerExecuted?: boolean }
  | { readonly type: 'file' | 'reasoning-file'; readonly mediaType: string; readonly data: FileContent }
  | { readonly type: 'source'; readonly title?: string; readonly url?: string }
  | { readonly type: 'response-metadata'; readonly modelId?: string; readonly timestamp?: Date | string }
  | { readonly type: 'finish'; readonly usage: ModelUsage; readonly finishReason: ModelFinishReason }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'text-end' };

type FileContent =
  | { readonly type: 'data'; readonly data: Uint8Array | string }
  | { readonly type: 'url'; readonly url: URL | string };

type FileStreamPart = Extract<StreamPart, { readonly data: FileContent }>;

/** `LanguageModelV4Usage`. */
export interface ModelUsage {
  readonly inputTokens: { readonly total?: number | undefined; readonly cacheRead?: number | undefined };
  readonly outputTokens: { readonly total?: number | undefined; readonly reasoning?: number | undefined };
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** Adds a part to those that are recorded: without what the AI SDK does not need, and with the pieces of a text as one. */
export function keepPart(parts: StreamPart[], part: StreamPart): void {
  if (/^(raw|ping|tool-input-\w+)$/.test(part.type)) return;
  const last = parts.at(-1);
  if (isDelta(part) && last && isDelta(last) && last.type === part.type && last.id === part.id) {
    parts[parts.length - 1] = { ...last, ...part, delta: last.delta + part.delta };
  } else parts.push(recordable(part));
}

/** A part whose JSON says all of it. */
export function recordable(part: StreamPart): StreamPart {
  return hasFile(part) && part.data.type === 'data'
    ? { ...part, data: { type: 'data', data: base64(part.data.data) } }
    : part;
}

/** A recorded part, with what JSON does not have. */
export function restored(part: StreamPart): StreamPart {
  if (part.type === 'response-metadata' && part.timestamp) return { ...part, timestamp: new Date(part.timestamp) };
  return hasFile(part) && part.data.type === 'url'
    ? { ...part, data: { ...part.data, url: new URL(part.data.url) } }
    : part;
}

export function fileOf({ mediaType, data }: FileStreamPart): FilePart {
  const content = data.type === 'url' ? { url: String(data.url) } : { data: base64(data.data) };
  return { kind: 'file', mediaType, ...content };
}

/** The call with an id that is not among `taken`, to which it is added: some servers use an id again, or an empty one. */
export function withOwnId(part: StreamPart, taken: Set<string>): StreamPart {
  if (part.type !== 'tool-call' || part.providerExecuted) return part;
  const id = part.toolCallId || 'call';
  const toolCallId = taken.has(id) ? `${id}_${taken.size}` : id;
  taken.add(toolCallId);
  return { ...part, toolCallId };
}

/** True for a part with text. Some servers begin with an empty one. */
export function speaks(part: StreamPart): boolean {
  return part.type === 'text-delta' && part.delta !== '';
}

function base64(data: Uint8Array | string): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('base64');
}

function isDelta(part: StreamPart): part is Extract<StreamPart, { readonly delta: string }> {
  return part.type === 'text-delta' || part.type === 'reasoning-delta';
}

function hasFile(part: StreamPart): part is FileStreamPart {
  return part.type === 'file' || part.type === 'reasoning-file';
}
