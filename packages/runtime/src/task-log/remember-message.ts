import type { Transaction } from 'kysely';
import type { TaskInput } from '../runner/task-input.js';
import type { KnownMessage, MessageKey } from './message-key.js';
import type { TaskLogSchema } from './schema.js';
import { findMessage } from './task-reader.js';

/** Notes which task a message began, or says which one it began before. */
export async function rememberMessage(
  transaction: Transaction<TaskLogSchema>,
  message: MessageKey,
  input: TaskInput,
): Promise<KnownMessage | undefined> {
  const inserted = await transaction
    .insertInto('task_messages')
    .values({
      owner: message.owner,
      context_key: message.contextKey,
      message_id: message.messageId,
      task_id: input.taskId,
      turn: input.turn,
      digest: message.digest,
      at: Date.now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return undefined;
  return findMessage(transaction, message);
}
