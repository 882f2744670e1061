import { AIMessage, type BaseMessage, type ContentBlock, HumanMessage } from '@langchain/core/messages';
import type { FilePart, HistoryEntry, MessageTurn, Part } from '@molecule/adapters';
import { pictureType } from '../model/pictures.js';

/** Characters of a text file that go into the message. The rest would crowd out the conversation. */
const INLINE_LIMIT = 200_000;

/** A person's message with its files, for the model. `images`: whether the model accepts pictures. */
export function toHumanMessage(turn: MessageTurn, id: string, images: boolean): HumanMessage {
  const blocks = turn.parts.flatMap((part) => toBlocks(part, images));
  if (blocks.length === 0) return new HumanMessage({ id, content: turn.text });
  const text: ContentBlock[] = turn.text.trim() === '' ? [] : [{ type: 'text', text: turn.text }];
  return new HumanMessage({ id, content: [...text, ...blocks] });
}

/** Earlier messages that the caller sent. Every role other than the agent's counts as a person, so that no caller can send a system message. */
export function toHistory(history: readonly HistoryEntry[]): BaseMessage[] {
  const agentRoles = new Set(['ai', 'assistant', 'agent', 'model']);
  return history.map(([role, content]) =>
    agentRoles.has(role.toLowerCase()) ? new AIMessage({ content }) : new HumanMessage({ content }),
  );
}

function toBlocks(part: Part, images: boolean): ContentBlock[] {
  // The turn's own text holds all of them.
  if (part.kind === 'text') return [];
  if (part.kind === 'data') return [textBlock(`Structured data:\n${JSON.stringify(part.data)}`)];
  return [toFileBlock(part, images)];
}

function toFileBlock(file: FilePart, images: boolean): ContentBlock {
  const name = file.name ?? 'unnamed';
  const kind = file.mediaType ?? 'unknown type';
  if (images && file.mediaType?.toLowerCase().startsWith('image/')) {
    // A provider holds a picture against its bytes, and refuses the whole conversation for one that it cannot read.
    // Each access reads the file.
    const { data } = file;
    const shown = data === undefined ? undefined : pictureType(data);
    const url = shown === undefined ? file.url : `data:${shown};base64,${data}`;
    if (url !== undefined) return { type: 'image_url', image_url: { url } };
  }
  if (file.url !== undefined) return textBlock(`The person sent the file "${name}" (${kind}); it is at ${file.url}.`);
  const where = file.path === undefined ? '' : `, which lies at ${file.path}`;
  const text = isText(file.mediaType) ? decode(file.data ?? '') : undefined;
  if (text === undefined) {
    return textBlock(`The person sent the file "${name}" (${kind})${where}. What is in it is not shown here.`);
  }
  const shown = cutBetweenCharacters(text, INLINE_LIMIT);
  const left = text.length - shown.length;
  const cut = left > 0 ? `\n(${left} more characters are left out)` : '';
  return textBlock(`The person sent the file "${name}" (${kind})${where}:\n${shown}${cut}`);
}

/** At most `limit` UTF-16 units, and never half a character at the end. */
function cutBetweenCharacters(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}

function textBlock(text: string): ContentBlock {
  return { type: 'text', text };
}

/** A file of unknown type is tried as text. */
function isText(mediaType: string | undefined): boolean {
  return (
    mediaType === undefined || /^text\/|[/+](json|xml|yaml|x-yaml|toml|csv|javascript|typescript|sql)\b/.test(mediaType)
  );
}

function decode(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
