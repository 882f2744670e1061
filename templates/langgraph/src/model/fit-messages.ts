import {
  AIMessage,
  type BaseMessage,
  type ContentBlock,
  HumanMessage,
  ToolMessage,
  trimMessages,
} from '@langchain/core/messages';
import { notesOf } from '../answers.js';
import { isRecord } from '../wire/json.js';
import { pictureType } from './pictures.js';

/**
 * The conversation in a form that every provider accepts. A provider would refuse invalid content again with each later
 * message, so it is removed: empty or blank texts, invalid pictures, halves of characters, tool calls without a result, and
 * results without a call.
 */
export function fitMessages(messages: readonly BaseMessage[]): BaseMessage[] {
  const shown = messages.slice(firstShown(messages));
  const fitting = shown.flatMap(fitMessage);
  return pairCalls(shown.length < messages.length ? [leftOut(), ...fitting] : fitting);
}

/** A conversation that no longer fitted the model was trimmed, and stays so. */
function firstShown(messages: readonly BaseMessage[]): number {
  const from = messages.map((message) => notesOf(message).shownFrom).findLast((id) => id !== undefined);
  return Math.max(0, from === undefined ? 0 : messages.findIndex(({ id }) => id === from));
}

/** The first message of a trimmed conversation, for the model. */
export function leftOut(): HumanMessage {
  return new HumanMessage('(Earlier messages of this conversation are left out: it no longer fitted the model.)');
}

function fitMessage(message: BaseMessage): BaseMessage[] {
  if (HumanMessage.isInstance(message))
    return [withContent(message, fitContent(message.content) ?? '(an empty message)')];
  if (ToolMessage.isInstance(message)) return [withContent(message, fitContent(message.content) ?? '(no output)')];
  if (!AIMessage.isInstance(message)) return [message];
  const content = fitContent(message.content);
  if (content !== undefined) return [withContent(message, content)];
  // Only thoughts, or nothing: without a call it is no message.
  return (message.tool_calls ?? []).length > 0 ? [withContent(message, '')] : [];
}

type Content = BaseMessage['content'];

/** `undefined`: nothing is left of it. */
function fitContent(content: Content): Content | undefined {
  if (typeof content === 'string') return content.trim() === '' ? undefined : content.toWellFormed();
  const blocks = content.flatMap((block) => fitBlock(block as ContentBlock));
  return blocks.some(({ type }) => type !== 'thinking') ? (blocks as Content) : undefined;
}

function fitBlock(block: ContentBlock): ContentBlock[] {
  if (block.type === 'text') {
    const text = String(block['text'] ?? '');
    return text.trim() === '' ? [] : [{ ...block, text: text.toWellFormed() }];
  }
  if (block.type !== 'image_url') return [block];
  const url = isRecord(block['image_url']) ? block['image_url']['url'] : block['image_url'];
  const [, data] = /^data:[^,]*;base64,(.*)$/s.exec(String(url)) ?? [];
  if (data === undefined) return [block];
  const type = pictureType(data);
  if (type === undefined) return [{ type: 'text', text: '(A picture that cannot be shown.)' }];
  return [{ ...block, image_url: { url: `data:${type};base64,${data}` } }];
}

function withContent(message: BaseMessage, content: Content): BaseMessage {
  if (message.content === content) return message;
  const copy: BaseMessage = Object.assign(Object.create(Object.getPrototypeOf(message)), message);
  copy.content = content;
  return copy;
}

/** Each call has its results right behind it, and each result its call before it. */
function pairCalls(messages: readonly BaseMessage[]): BaseMessage[] {
  return messages.flatMap((message, index) => {
    if (ToolMessage.isInstance(message)) return [];
    if (!AIMessage.isInstance(message)) return [message];
    const after = messages.slice(index + 1);
    const next = after.findIndex((later) => AIMessage.isInstance(later));
    const results = (next < 0 ? after : after.slice(0, next)).filter((later) => ToolMessage.isInstance(later));
    return [message, ...(message.tool_calls ?? []).map(({ id, name }) => resultFor(results, id ?? '', name))];
  });
}

function resultFor(results: readonly ToolMessage[], id: string, name: string): ToolMessage {
  const found = results.find((result) => result.tool_call_id === id);
  const content = 'Not known whether this was done: it was cut short.';
  return found ?? new ToolMessage({ content, tool_call_id: id, name, status: 'error' });
}

/**
 * The newest messages of a conversation that does not fit, half as much as before; it begins with a person's message.
 * `undefined` when no less can be sent, because the newest turn alone is too long.
 */
export async function trimToHalf(messages: readonly BaseMessage[]): Promise<BaseMessage[] | undefined> {
  const sizes = messages.map(sizeOf);
  const half = sizes.reduce((sum, size) => sum + size, 0) / 2;
  const count = (list: readonly BaseMessage[]) => list.reduce((sum, message) => sum + sizeOf(message), 0);
  const options = { maxTokens: half, tokenCounter: count, strategy: 'last', startOn: 'human' } as const;
  const trimmed = await trimMessages([...messages], options);
  const kept =
    trimmed.length > 0 ? trimmed : messages.slice(messages.findLastIndex((message) => message.type === 'human'));
  return kept.length > 0 && kept.length < messages.length ? kept : undefined;
}

function sizeOf(message: BaseMessage): number {
  return JSON.stringify([message.content, (message as AIMessage).tool_calls ?? []]).length;
}
