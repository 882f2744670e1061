import type { TranscriptEntry, TranscriptPage, TranscriptRange } from '@molecule/adapters';
import { RESUME_PROMPT } from './resume-prompt.js';
import { type TranscriptLine, textOf } from './transcript-entry.js';

/** The messages of people and of the model, without internal lines. */
export function transcriptPage(lines: readonly TranscriptLine[], range: TranscriptRange): TranscriptPage {
  const said = lines.flatMap(readEntry);
  const entries = said.slice(range.since, range.since + range.limit);
  const next = range.since + entries.length;
  return { entries, next, more: next < said.length };
}

function readEntry(line: TranscriptLine): readonly TranscriptEntry[] {
  if (line.type !== 'user' && line.type !== 'assistant') return [];
  if (line['isSidechain'] === true || line['isMeta'] === true || line['isApiErrorMessage'] === true) return [];
  const text = textOf(line);
  if (text === '' || text === RESUME_PROMPT) return [];
  return [{ role: line.type, text, ...(line.timestamp === undefined ? {} : { at: line.timestamp }) }];
}
