import type { StoredContext, TurnStore } from '@molecule/adapters';
import { z } from 'zod';
import type { HistoryMessage } from '../../api/hermes-client.js';
import { conversation } from './history.js';

const KEY = 'said';

/** Something that was said in a conversation. */
const saidSchema = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  /** The message of its turn. Absent in what was taken over from Hermes. */
  messageId: z.string().optional(),
  /** True for a mark that the provider has refused the message of this turn. */
  refused: z.boolean().optional(),
});

export type Said = z.output<typeof saidSchema>;

/** What was said in a conversation, from the engine store: messages and answers, without the steps of turns. */
export async function readSaid(store: StoredContext): Promise<readonly Said[]> {
  const said: Said[] = [];
  for (let after = 0, more = true; more; ) {
    const page = await store.list(KEY, { after });
    said.push(...page.entries.flatMap(({ value }) => saidSchema.safeParse(value).data ?? []));
    ({ next: after, more } = page);
  }
  return said;
}

/** Records it once, however often the turn is attempted. */
export async function record(store: TurnStore, said: Said & { readonly messageId: string }): Promise<void> {
  const { messageId, role, refused = false } = said;
  await store.append(KEY, [{ id: `${refused ? 'refused' : role} ${messageId}`, value: said }]);
}

/** Records what Hermes has of a conversation of an earlier version, which recorded nothing. */
export async function takeOver(store: TurnStore, history: readonly HistoryMessage[]): Promise<void> {
  await store.append(
    KEY,
    history.map((value) => ({ value: { ...value } })),
  );
}

/** The conversation for the next run, as {@link conversation} makes it of a transcript of Hermes. */
export function historyOf(said: readonly Said[]): HistoryMessage[] {
  const refused = new Set(said.flatMap((each) => (each.refused ? [each.messageId] : [])));
  const words = said.filter((each) => !each.refused);
  const messages = words.map(({ role, content }, index) => ({
    id: index + 1,
    role,
    content,
    finish_reason: role === 'assistant' ? 'stop' : null,
  }));
  const before = words.flatMap(({ role, messageId }, index) =>
    role === 'user' && refused.has(messageId) ? [index] : [],
  );
  return conversation(messages, before);
}
