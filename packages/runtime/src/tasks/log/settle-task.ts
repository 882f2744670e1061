import { TaskState, type TaskStatusUpdateEvent } from '@a2a-js/sdk';
import type { AbandonedWork } from '@molecule/adapters';
import { textIn } from '../events/answer-artifact.js';
import { ERROR_CODE_KEY } from '../events/outcome-metadata.js';
import { type LoggedEvent, loggedEvent, stateOf, type TaskEvent } from '../events/task-event.js';
import { type Patience, TURN } from '../storage/storage-gate.js';
import type { TurnInput } from '../turn-input.js';
import type { TurnResult } from '../turn-result.js';
import { insertChunk, unchunked } from './chunk-rows.js';
import { type LogWrite, taskConcern } from './commit-queue.js';
import { stateColumns } from './event-rows.js';
import type { LogParts } from './log-parts.js';
import type { LogTransaction } from './log-transaction.js';
import { publishSynced } from './publish-synced.js';
import { recordNotifications } from './push/record-notifications.js';
import { readContent } from './read-content.js';
import { HEAD_COLUMNS, type TaskHead, toHead } from './records.js';
import { type EndedTurn, endOf } from './turn-reports.js';

export interface SettleOptions {
  /** How long the write waits during storage trouble. Default: until the event can be written. */
  readonly patience?: Patience;
  /** Why no process continues the task. Default: `canceled` or `ended`, depending on the event's state. */
  readonly reason?: AbandonedWork['reason'];
  /** The number of the task's newest event when it was read: if it has changed since, nothing is written. Default: whatever it is. */
  readonly seq?: number;
  /** The task's fence when it was read: if its turn was claimed since, nothing is written. Default: whatever its fence is. */
  readonly fence?: number;
}

/** Ends a task from outside its turn. The next append of a process that runs the turn is refused. */
export async function settleTask(
  parts: LogParts,
  taskId: string,
  event: TaskEvent,
  { patience = TURN, reason, fence, seq }: SettleOptions,
): Promise<TaskHead | undefined> {
  const now = Date.now();
  const state = stateOf(event) ?? TaskState.TASK_STATE_FAILED;
  const write: LogWrite<
    { readonly logged: LoggedEvent; readonly head: TaskHead; readonly push: number } | undefined
  > = async (shared) => {
    const transaction = shared.kysely;
    const open = transaction
      .updateTable('tasks')
      .set((expression) => ({ terminal: 1, fence: expression('fence', '+', 1), seq: expression('seq', '+', 1) }))
      .where('id', '=', taskId)
      .where('terminal', '=', 0);
    const same = fence === undefined ? open : open.where('fence', '=', fence);
    const row = await (seq === undefined ? same : same.where('seq', '=', seq))
      .returning([...HEAD_COLUMNS, 'tasks.chunk_seq', 'tasks.push'])
      .executeTakeFirst();
    if (!row) return undefined;
    const logged = loggedEvent(event, row.seq);
    const before = await unchunked(shared, { ...row, seq: row.seq - 1 });
    before.add(logged.event);
    shared.append(taskId, logged);
    insertChunk(shared, taskId, row.seq, before.draft, before.status);
    await recordNotifications(shared, taskId, [logged], row.push);
    const why = reason ?? (state === TaskState.TASK_STATE_CANCELED ? 'canceled' : 'ended');
    await parts.abandonedWork.record(transaction, toHead(row), why);
    await shared.remove(taskId, 'question');
    // A turn that has not begun was never reported, and one that has asked a question has ended.
    if (row.attempt > 0 && row.result === null)
      await parts.turnReports.ended(transaction, toHead(row), await endOfSettled(shared, row.id, event));
    const change = { ...stateColumns(state, now), chunk_seq: row.seq };
    await transaction.updateTable('tasks').set(change).where('id', '=', taskId).execute();
    return { logged, head: toHead({ ...row, ...change }), push: row.push };
  };
  const commit = () => parts.commits.run(write, patience, [taskConcern(taskId)]);
  const settled = await parts.unsynced.marked(taskId, commit, (written) => written !== undefined);
  if (!settled) return undefined;
  parts.abandonedWork.notify();
  await publishSynced(parts, { taskId, events: [settled.logged], pushes: settled.push === 1 }, patience);
  return settled.head;
}

/** What is reported of a turn that was ended from outside. */
async function endOfSettled({ kysely }: LogTransaction, taskId: string, event: TaskEvent): Promise<EndedTurn> {
  const input = await readContent(kysely, taskId, 'input');
  const nothing = { userInput: '', messageId: '', metadata: {} };
  return endOf(resultOf(event), input === undefined ? nothing : (JSON.parse(input) as TurnInput), 0);
}

function resultOf(event: TaskEvent): TurnResult {
  const { status, metadata } = event.value as TaskStatusUpdateEvent;
  const code = metadata?.[ERROR_CODE_KEY];
  if (typeof code !== 'string') return { kind: 'canceled' };
  return { kind: 'failed', code, message: textIn(status?.message) };
}
