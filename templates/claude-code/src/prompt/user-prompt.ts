import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { HistoryEntry, MessageTurn, Part } from '@molecule/adapters';
import { pictureType } from './picture-type.js';

type Content = Exclude<SDKUserMessage['message']['content'], string>;

/** Above this the API refuses a picture; it is then a file like any other. In characters of base64. */
const MAX_PICTURE_LENGTH = 5 * 1024 * 1024;

export interface PromptOptions {
  readonly turn: Pick<MessageTurn, 'text' | 'parts' | 'history'>;
  /** True if the engine has no transcript of the conversation yet, so that the caller's history is needed. */
  readonly isNew: boolean;
  /** A sentence for the model before the person's text. */
  readonly note?: string;
}

/** The content of the message to the model: the person's words as they are, and what came with them. */
export function userPrompt({ turn, isNew, note }: PromptOptions): Content {
  const paths = turn.parts.flatMap((part) => (part.kind === 'file' && part.path !== undefined ? [part.path] : []));
  const texts = [
    ...(note === undefined ? [] : [`(${note})`]),
    ...(isNew && turn.history.length > 0 ? [describeHistory(turn.history)] : []),
    turn.text,
    ...turn.parts.flatMap(describePart),
    ...(paths.length === 0
      ? []
      : [`Files that came with this message:\n${paths.map((path) => `- ${path}`).join('\n')}`]),
  ];
  const said = texts.filter((text) => text.trim() !== '').map((text) => ({ type: 'text' as const, text }));
  const content: Content = [...said, ...turn.parts.flatMap(toPicture)];
  // The API refuses a message without a word or picture, and every later one of its conversation.
  return content.length === 0 ? [{ type: 'text', text: '(an empty message)' }] : content;
}

function describePart(part: Part): readonly string[] {
  if (part.kind === 'data') return [`Data that came with this message:\n${JSON.stringify(part.data, null, 2)}`];
  if (part.kind === 'file' && part.url !== undefined) return [`A file that came with this message is at ${part.url}`];
  return [];
}

function describeHistory(history: readonly HistoryEntry[]): string {
  return `The conversation before this message:\n${history.map(([role, content]) => `${role}: ${content}`).join('\n')}`;
}

/**
 * A picture for the model; undefined for other files. The first bytes decide: a provider refuses the whole conversation for an invalid
 * picture, and senders declare wrong types.
 */
function toPicture(part: Part): Content {
  if (part.kind !== 'file') return [];
  // Each access reads the file.
  const { data } = part;
  if (data === undefined || data.length > MAX_PICTURE_LENGTH) return [];
  const mediaType = pictureType(data);
  if (mediaType === undefined) return [];
  return [{ type: 'image', source: { type: 'base64', media_type: mediaType, data } }];
}
