import { buffer } from 'node:stream/consumers';
import type { Message, Part } from '@a2a-js/sdk';
import type { JsonValue } from '@molecule/adapters';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { storedFileAt } from '../../tasks/blobs/stored-file.js';

/** What a platform adds to a plain reply that it shows to a person. */
export interface PlatformReplies {
  readonly blobs: Pick<Blobs, 'read'>;
  /** The tool calls of a task's last turn. */
  traceOf(taskId: string): readonly { readonly tool: string; readonly input: JsonValue }[];
  /** The address under which the platform's canvas fetches the file; undefined: it keeps none. */
  upload(file: {
    readonly name: string;
    readonly mediaType: string;
    readonly bytes: Buffer;
  }): Promise<string | undefined>;
}

/** The plain reply as a platform records and shows it: with the trace of tools, and with files that have an address there. */
export async function platformReply(message: Message, platform: PlatformReplies | boolean): Promise<Message> {
  if (typeof platform === 'boolean') return message;
  const trace = platform.traceOf(message.taskId);
  const parts = await Promise.all(message.parts.map((part) => withAddress(part, platform)));
  return { ...message, parts, metadata: { ...message.metadata, ...(trace.length > 0 && { tool_trace: trace }) } };
}

async function withAddress(part: Part, platform: PlatformReplies): Promise<Part> {
  const stored = part.content?.$case === 'url' ? storedFileAt(part.content.value) : undefined;
  if (!stored) return part;
  const { filename: name, mediaType } = part;
  const uri = await platform.upload({ name, mediaType, bytes: await buffer(platform.blobs.read(stored.digest)) });
  return uri === undefined ? part : { ...part, content: { $case: 'url', value: uri } };
}
