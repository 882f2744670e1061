import type { Kysely, Selectable, Transaction } from 'kysely';
import type { TurnInput } from '../turn-input.js';
import { INSERT_MESSAGES } from './given-rows.js';
import type { HotStatements } from './hot-statements.js';
import type { LogTransaction } from './log-transaction.js';
import type { TaskLogSchema } from './schema.js';

/** Identifies a message. The same message is the same turn, however often it is sent. */
export interface MessageKey {
  readonly owner: string;
  /** The context as the sender named it; empty if the sender named none. */
  readonly contextKey: string;
  readonly messageId: string;
  /** SHA-256 of its content, hex. */
  readonly digest: string;
}

/** What a write concerns that remembers a message: the same message comes once. */
export function messageConcern({ owner, contextKey, messageId }: MessageKey): string {
  return `message ${JSON.stringify([owner, contextKey, messageId])}`;
}

/** A message that was accepted before. */
export interface KnownMessage {
  readonly taskId: string;
  readonly turn: number;
  readonly sameContent: boolean;
}

/** Records which turn a message begins. If the message was recorded before, nothing is written and the earlier record returned. */
export async function rememberMessage(
  transaction: LogTransaction,
  message: MessageKey,
  input: Pick<TurnInput, 'taskId' | 'turn'>,
): Promise<KnownMessage | undefined> {
  const row = {
    owner: message.owner,
    context_key: message.contextKey,
    message_id: message.messageId,
    task_id: input.taskId,
    turn: input.turn,
    digest: message.digest,
    at: Date.now(),
  };
  for (;;) {
    const stored = await transaction.ask(INSERT_MESSAGES, row);
    if (stored.length === 1) return undefined;
    const known = await findMessage(transaction.kysely, transaction.statements, message);
    // If another transaction has deleted it meanwhile, it is new again.
    if (known) return known;
  }
}

/** Undoes {@link rememberMessage} in the same transaction. */
export async function forgetMessage(transaction: Transaction<TaskLogSchema>, message: MessageKey): Promise<void> {
  await transaction
    .deleteFrom('task_messages')
    .where('owner', '=', message.owner)
    .where('context_key', '=', message.contextKey)
    .where('message_id', '=', message.messageId)
    .execute();
}

/** While a server refuses messages, it looks for each of them. */
export async function findMessage(
  database: Kysely<TaskLogSchema>,
  statements: HotStatements,
  message: MessageKey,
): Promise<KnownMessage | undefined> {
  const { owner, contextKey, messageId } = message;
  const { rows } = await statements.run(database, 'find message', [owner, contextKey, messageId], () =>
    database
      .selectFrom('task_messages')
      .select(['task_id', 'turn', 'digest'])
      .where('owner', '=', owner)
      .where('context_key', '=', contextKey)
      .where('message_id', '=', messageId),
  );
  const [row] = rows as readonly Pick<Selectable<TaskLogSchema['task_messages']>, 'task_id' | 'turn' | 'digest'>[];
  return row && { taskId: row.task_id, turn: row.turn, sameContent: row.digest === message.digest };
}
