import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { FilePart, HistoryEntry, MessageTurn, Part } from '@molecule/adapters';

type Content = Exclude<SDKUserMessage['message']['content'], string>;
type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

const IMAGE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] satisfies ImageType[];

/** Above this the API refuses an image; it is then a file like any other. In characters of base64. */
const MAX_IMAGE_LENGTH = 5 * 1024 * 1024;

export interface PromptOptions {
  readonly turn: Pick<MessageTurn, 'text' | 'parts' | 'history'>;
  /** True when the engine does not know the conversation yet, so that the caller's own history helps. */
  readonly isNew: boolean;
  /** Something the model must know before the person's words, in a sentence. */
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
  const images = turn.parts.filter(isImage).map(toImageBlock);
  return [...texts.filter((text) => text !== '').map((text) => ({ type: 'text' as const, text })), ...images];
}

function describePart(part: Part): readonly string[] {
  if (part.kind === 'data') return [`Data that came with this message:\n${JSON.stringify(part.data, null, 2)}`];
  if (part.kind === 'file' && part.url !== undefined) return [`A file that came with this message is at ${part.url}`];
  return [];
}

function describeHistory(history: readonly HistoryEntry[]): string {
  return `The conversation before this message:\n${history.map(([role, content]) => `${role}: ${content}`).join('\n')}`;
}

function isImage(part: Part): part is FilePart & { data: string; mediaType: ImageType } {
  if (part.kind !== 'file' || part.data === undefined || part.mediaType === undefined) return false;
  return IMAGE_TYPES.includes(part.mediaType) && part.data.length <= MAX_IMAGE_LENGTH;
}

function toImageBlock({ mediaType, data }: FilePart & { data: string; mediaType: ImageType }) {
  return { type: 'image' as const, source: { type: 'base64' as const, media_type: mediaType, data } };
}
