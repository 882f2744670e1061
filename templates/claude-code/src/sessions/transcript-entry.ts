import type { SessionStoreEntry } from '@anthropic-ai/claude-agent-sdk';

export type TranscriptLine = SessionStoreEntry;

/** One block of a message's content, as far as this package reads it. */
export interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly tool_use_id?: string;
}

/** A tool call that waits for a person. */
export interface PendingCall {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Reads JSON lines, without an incomplete last line (after a crash) and without duplicate lines. */
export function parseTranscript(text: string): readonly TranscriptLine[] {
  const seen = new Set<string>();
  return text.split('\n').flatMap((line) => {
    const entry = parseLine(line);
    if (entry === undefined || (entry.uuid !== undefined && seen.has(entry.uuid))) return [];
    if (entry.uuid !== undefined) seen.add(entry.uuid);
    return [entry];
  });
}

export function formatTranscript(entries: readonly TranscriptLine[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** The blocks of a user's or the assistant's message; none for lines of other kinds. */
export function blocksOf(entry: TranscriptLine): readonly ContentBlock[] {
  const content = messageOf(entry)?.content;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? (content as readonly ContentBlock[]) : [];
}

export function textOf(entry: TranscriptLine): string {
  return blocksOf(entry)
    .flatMap((block) => (block.type === 'text' && block.text !== undefined ? [block.text] : []))
    .join('');
}

/** The model's stop reason, and the id that the pieces of one of its messages share. */
export function messageOf(
  entry: TranscriptLine,
): { readonly id?: string; readonly content?: unknown; readonly stop_reason?: string | null } | undefined {
  const { message } = entry;
  return typeof message === 'object' && message !== null ? message : undefined;
}

/** The call that this line records as waiting for a person. */
export function deferredCallOf(entry: TranscriptLine): PendingCall | undefined {
  const attachment = entry['attachment'] as Readonly<Record<string, unknown>> | undefined;
  if (entry.type !== 'attachment' || attachment?.['type'] !== 'hook_deferred_tool') return undefined;
  return {
    id: String(attachment['toolUseID']),
    name: String(attachment['toolName']),
    input: (attachment['toolInput'] ?? {}) as PendingCall['input'],
  };
}

function parseLine(line: string): TranscriptLine | undefined {
  if (line.trim() === '') return undefined;
  try {
    return JSON.parse(line) as TranscriptLine;
  } catch {
    // Incomplete: a crash interrupted the write. The CLI skips such a line as well.
    return undefined;
  }
}
