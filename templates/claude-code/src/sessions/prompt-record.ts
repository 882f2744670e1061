import type { TranscriptLine } from './transcript-entry.js';

const RECORD = 'prompt_snapshot';

/**
 * The conversation without the system prompt that Claude Code recorded in it. Claude Code repeats a recorded prompt
 * literally, regardless of its options; without a record it builds a new prompt and records it.
 */
export function withoutPromptRecord(entries: readonly TranscriptLine[]): readonly TranscriptLine[] {
  /** What came before each record, by the record's id: each line names the one that it follows. */
  const before = new Map<unknown, unknown>();
  return entries.flatMap((entry) => {
    const parent = entry['parentUuid'];
    const follows = before.has(parent) ? { ...entry, parentUuid: before.get(parent) } : entry;
    if (!isPromptRecord(entry)) return [follows];
    before.set(entry.uuid, follows['parentUuid']);
    return [];
  });
}

function isPromptRecord(entry: TranscriptLine): boolean {
  const attachment = entry['attachment'] as { readonly type?: unknown } | undefined;
  return entry.type === 'attachment' && attachment?.type === RECORD;
}
