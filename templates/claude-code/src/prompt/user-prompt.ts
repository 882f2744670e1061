import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { FilePart, HistoryEntry, MessageTurn, Part } from '@molecule/adapters';

type Content = Exclude<SDKUserMessage['message']['content'], string>;
type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

const IMAGE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] satisfies ImageType[];

/** Above this the API refuses an image; it is then a file like any other. In characters of base64. */
const MAX_IMAGE_LENGTH = 5 * 1024 * 1024;

export interface PromptOptions {
  readonly turn: Pick<MessageTurn, 'text' | 'parts' | 'history' | 'messageId'>;
  readonly workDir: string;
  /** True when the engine does not know the conversation yet, so that the caller's own history helps. */
  readonly isNew: boolean;
  /** Something the model must know before the person's words, in a sentence. */
  readonly note?: string;
}

/** The content of the message to the model: the person's words as they are, and what came with them. */
export async function userPrompt(options: PromptOptions): Promise<Content> {
  const { turn, isNew, note } = options;
  const paths = await saveFiles(options);
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

/** Writes the files into the working directory, each message's to a folder of its own, and returns their paths. */
async function saveFiles({ turn, workDir }: PromptOptions): Promise<readonly string[]> {
  const files = turn.parts.filter(
    (part): part is FilePart & { data: string } => part.kind === 'file' && part.data !== undefined && !isImage(part),
  );
  if (files.length === 0) return [];
  const folder = join('inbox', createHash('sha256').update(turn.messageId).digest('hex').slice(0, 12));
  await mkdir(join(workDir, folder), { recursive: true });
  const used = new Set<string>();
  const paths: string[] = [];
  for (const [index, file] of files.entries()) {
    const path = join(folder, unusedName(safeName(file.name, index), used));
    await writeFile(join(workDir, path), Buffer.from(file.data, 'base64'));
    paths.push(path);
  }
  return paths;
}

/** The sender's name without folders, and without what would make it special. */
function safeName(name: string | undefined, index: number): string {
  const base = basename((name ?? '').replaceAll('\\', '/')).replaceAll(/[^\p{L}\p{N}._ -]/gu, '_');
  return base === '' || /^\.+$/.test(base) ? `file-${index + 1}` : base;
}

function unusedName(name: string, used: Set<string>): string {
  let unused = name;
  for (let count = 2; used.has(unused); count += 1) unused = `${count}-${name}`;
  used.add(unused);
  return unused;
}

function describePart(part: Part): readonly string[] {
  if (part.kind === 'data') return [`Data that came with this message:\n${JSON.stringify(part.data, null, 2)}`];
  if (part.kind === 'file' && part.data === undefined) return [`A file that came with this message is at ${part.url}`];
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
