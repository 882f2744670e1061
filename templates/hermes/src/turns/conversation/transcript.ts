import type { TranscriptPage, TranscriptRange } from '@molecule/adapters';
import type { SessionMessage } from '../../api/messages.js';
import type { EngineParts } from '../engine-parts.js';
import { sessionIdOf } from '../record/session-id.js';
import { isWhole } from './memory.js';
import { readSaid } from './said.js';

type Words = Pick<SessionMessage, 'role' | 'content' | 'timestamp'>;

/** What is kept of a conversation: by Hermes on this machine if it has all of it, otherwise by the engine store. */
export async function transcriptOf(parts: EngineParts, contextId: string): Promise<readonly Words[]> {
  const sessionId = sessionIdOf(parts.workspace.id, contextId);
  const said = parts.store && (await readSaid(parts.store.of(contextId)));
  const record = await parts.journal.read(sessionId);
  const isStored = said !== undefined && (said.length > 0 || record?.stored === true);
  return isStored && !(said.length > 0 && isWhole(said, record)) ? said : parts.client.messages(sessionId);
}

/** A page of what Hermes keeps of a conversation: everything that has words, tool results included. */
export function transcriptPage(messages: readonly Words[], { since, limit }: TranscriptRange): TranscriptPage {
  const told = messages.filter(({ content }) => content !== '');
  const entries = told.slice(since, since + limit).map(({ role, content, timestamp }) => ({
    role,
    text: content,
    ...(timestamp && { at: new Date(timestamp * 1000).toISOString() }),
  }));
  const next = Math.min(since, told.length) + entries.length;
  return { entries, next, more: next < told.length };
}
