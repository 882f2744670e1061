import type { BaseMessage } from '@langchain/core/messages';
import type { TranscriptEntry, TranscriptPage, TranscriptRange } from '@molecule/adapters';

const ROLES: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant' };

/** One page of a conversation. A position is the number of messages before it. */
export function toTranscriptPage(messages: readonly BaseMessage[], range: TranscriptRange): TranscriptPage {
  const page = messages.slice(range.since, range.since + range.limit);
  const next = Math.min(range.since, messages.length) + page.length;
  return { entries: page.map(toEntry), next, more: next < messages.length };
}

function toEntry(message: BaseMessage): TranscriptEntry {
  return { role: ROLES[message.type] ?? message.type, text: message.text };
}
