import type { Message } from '@a2a-js/sdk';
import { loggedEvent, type TaskEvent } from '../events/task-event.js';
import { CALLER } from '../storage/storage-gate.js';
import type { PendingInput } from '../turn-result.js';
import { insertBlobRows } from './blob-rows.js';
import { insertChunk, unchunked } from './chunk-rows.js';
import { type LogWrite, taskConcern } from './commit-queue.js';
import { stateColumns } from './event-rows.js';
import type { LogParts } from './log-parts.js';
import { forgetMessage, type KnownMessage, type MessageKey, messageConcern, rememberMessage } from './messages.js';
import { publishSynced } from './publish-synced.js';
import { insertPushConfig } from './push/insert-config.js';
import type { PushConfig } from './push/push-config.js';
import { recordNotifications } from './push/record-notifications.js';
import { recordExpiry } from './question-expiries.js';
import { HEAD_COLUMNS, type TaskHead } from './records.js';

/** Answers to some of what a task waits for. */
export interface PartialAnswer {
  /** The task as it was when the answers were read. */
  readonly head: TaskHead;
  /** The message that gives them; absent: no answer came in time. */
  readonly said?: { readonly message: Message; readonly key: MessageKey };
  /** Where the caller is to be notified of the task. */
  readonly push?: PushConfig | undefined;
  /** What is open afterwards, with all answers so far. */
  readonly pending: PendingInput;
  /** The status that asks for it. */
  readonly event: TaskEvent;
}

/** `taken`: the task has changed since it was read. */
export type RecordOutcome = { readonly known: KnownMessage } | 'recorded' | 'taken';

/** Stores answers of a task that waits for further ones, and the message that gives them. No turn begins. */
export async function recordAnswers(parts: LogParts, partial: PartialAnswer): Promise<RecordOutcome> {
  const { head, said, push, pending, event } = partial;
  const { taskId } = head;
  const seq = head.seq + 1;
  const logged = loggedEvent(event, seq);
  let pushes = false;
  const write: LogWrite<RecordOutcome> = async (shared) => {
    const transaction = shared.kysely;
    const known = said && (await rememberMessage(shared, said.key, head));
    if (known) return { known };
    const row = await transaction
      .updateTable('tasks')
      .set({ ...stateColumns(head.state, Date.now()), seq, ...(push && { push: 1 }) })
      .where('id', '=', taskId)
      .where('turn', '=', head.turn)
      .where('fence', '=', head.fence)
      .where('seq', '=', head.seq)
      .where('terminal', '=', 0)
      .returning([...HEAD_COLUMNS, 'tasks.chunk_seq', 'tasks.push'])
      .executeTakeFirst();
    if (!row) {
      if (said) await forgetMessage(transaction, said.key);
      return 'taken';
    }
    if (push) await insertPushConfig(shared, head, push);
    pushes = row.push === 1;
    await recordNotifications(shared, taskId, [logged], row.push);
    const before = await unchunked(shared, { ...row, seq: head.seq });
    before.add(logged.event);
    if (said) before.draft.addMessage(said.message);
    shared.append(taskId, logged);
    insertChunk(shared, taskId, seq, before.draft, before.status);
    await transaction.updateTable('tasks').set({ chunk_seq: seq }).where('id', '=', taskId).execute();
    shared.put(taskId, 'question', JSON.stringify(pending));
    await recordExpiry(transaction, taskId, pending);
    await insertBlobRows(transaction, taskId, said?.message.parts ?? []);
    return 'recorded';
  };
  const concerns = [...(said ? [messageConcern(said.key)] : []), taskConcern(taskId)];
  const commit = () => parts.commits.run(write, CALLER, concerns);
  const outcome = await parts.unsynced.marked(taskId, commit, (stored) => stored === 'recorded');
  if (outcome !== 'recorded') return outcome;
  await publishSynced(parts, { taskId, events: [logged], pushes }, CALLER).catch(() => {
    // The answers are stored; the caller of `acceptanceSynced` gets the error.
  });
  return outcome;
}
