import type { MessageTurn, TurnStore } from '@molecule/adapters';
import type { HistoryMessage } from '../../api/hermes-client.js';
import type { EngineParts } from '../engine-parts.js';
import type { TurnRecord } from '../record/turn-record.js';
import { conversation, lastMessageId } from './history.js';
import { historyOf, readSaid, type Said, takeOver } from './said.js';

/** What a new run has to know. */
export interface Memory {
  readonly history: readonly HistoryMessage[];
  /** The last message of the session in Hermes. */
  readonly after: number;
  /** True if Hermes on this machine has the whole conversation. */
  readonly whole: boolean;
  readonly refused: readonly number[];
}

/** Where a conversation is remembered. */
interface Sources {
  readonly sessionId: string;
  readonly store: TurnStore | undefined;
  /** The last turn of the conversation on this machine. */
  readonly previous: TurnRecord | undefined;
}

/**
 * The conversation before a turn: from Hermes on this machine if it has all of it, which it may have compressed; otherwise from the engine
 * store, in which every machine records what was said.
 */
export async function recall(parts: EngineParts, turn: MessageTurn, sources: Sources): Promise<Memory> {
  const { sessionId, store, previous } = sources;
  const refused = previous?.refused ?? [];
  const messages = await parts.client.messages(sessionId);
  const said = store && (await readSaid(store));
  const earlier = said?.filter(({ messageId }) => messageId !== turn.messageId) ?? [];
  if (said?.length === 0 && previous?.stored) {
    // Another machine has forgotten the conversation.
    await parts.client.deleteSession(sessionId);
    return { ...fresh(turn), after: 0 };
  }
  if (store && said?.length === 0 && messages.length > 0) await takeOver(store, conversation(messages, refused));
  const after = lastMessageId(messages);
  if (earlier.length > 0 && !isWhole(earlier, previous, turn.messageId)) {
    return { history: historyOf(earlier), after, whole: false, refused: [] };
  }
  if (messages.length === 0) return { ...fresh(turn), after };
  return { history: conversation(messages, refused), after, whole: true, refused };
}

/** True if Hermes on this machine has all that was said, according to the record of its last turn. */
export function isWhole(said: readonly Said[], record: TurnRecord | undefined, messageId?: string): boolean {
  if (record === undefined || !record.whole) return false;
  const last = said.at(-1)?.messageId;
  // What was taken over from Hermes has no ids. An attempt that is repeated has replaced the record of the turn before.
  return last === undefined || record.messageId === last || record.messageId === messageId;
}

/** The history that the caller sent; used only for a conversation of which nothing is known. */
function fresh({ history }: MessageTurn): Omit<Memory, 'after'> {
  const sent = history.flatMap(([role, content]): HistoryMessage[] => {
    if (content === '') return [];
    return [{ role: role === 'user' || role === 'human' ? 'user' : 'assistant', content }];
  });
  return { history: sent, whole: true, refused: [] };
}
