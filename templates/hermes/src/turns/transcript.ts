import type { TranscriptPage, TranscriptRange } from '@molecule/adapters';
import type { SessionMessage } from '../api/messages.js';

/** A page of what Hermes keeps of a conversation: everything that has words, tool results included. */
export function transcriptPage(messages: readonly SessionMessage[], { since, limit }: TranscriptRange): TranscriptPage {
  const told = messages.filter(({ content }) => content !== '');
  const entries = told.slice(since, since + limit).map(({ role, content, timestamp }) => ({
    role,
    text: content,
    ...(timestamp && { at: new Date(timestamp * 1000).toISOString() }),
  }));
  const next = Math.min(since, told.length) + entries.length;
  return { entries, next, more: next < told.length };
}
