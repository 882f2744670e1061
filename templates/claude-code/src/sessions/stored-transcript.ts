import type { StoredContext } from '@molecule/adapters';
import type { TranscriptLine } from './transcript-entry.js';

/** The key of the transcript in the engine store. */
export const TRANSCRIPT = 'transcript';

/** Reads all lines of a stored conversation, and the position of the last one. */
export async function readStoredTranscript(
  store: StoredContext,
): Promise<{ readonly entries: readonly TranscriptLine[]; readonly last: number }> {
  const entries: TranscriptLine[] = [];
  let last = 0;
  for (let more = true; more; ) {
    const page = await store.list(TRANSCRIPT, { after: last });
    entries.push(...page.entries.map(({ value }) => value as unknown as TranscriptLine));
    ({ next: last, more } = page);
  }
  return { entries, last };
}
