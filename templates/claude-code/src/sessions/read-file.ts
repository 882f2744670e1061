import { readFile } from 'node:fs/promises';
import { formatTranscript, parseTranscript, type TranscriptLine } from './transcript-entry.js';
import { replaceFile } from './write-file.js';

/** The file's text, or undefined when there is no such file. */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Reads a transcript file before it is appended to. It first removes an incomplete last line (after a crash), since the next line would
 * be joined to it.
 */
export async function readWholeLines(path: string): Promise<readonly TranscriptLine[]> {
  const text = (await readTextIfPresent(path)) ?? '';
  const entries = parseTranscript(text);
  if (text !== '' && !text.endsWith('\n')) await replaceFile(path, formatTranscript(entries));
  return entries;
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}
