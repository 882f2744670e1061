import { type Message, type Task, TaskState } from '@a2a-js/sdk';
import { statusEvent } from '../events/a2a-events.js';
import { ChunkDraft } from '../events/chunk-draft.js';
import { loggedEvent } from '../events/task-event.js';
import { needsTitle, titleOf } from '../events/task-title.js';
import { CALLER } from '../storage/storage-gate.js';
import type { TurnInput } from '../turn-input.js';
import type { PendingInput } from '../turn-result.js';
import { insertBlobRows } from './blob-rows.js';
import { insertChunk, Unchunked, unchunked } from './chunk-rows.js';
import { beginClaimed, type NewClaim, writeClaim } from './claim-turn.js';
import { type LogWrite, taskConcern } from './commit-queue.js';
import { stateColumns } from './event-rows.js';
import { INSERT_TASKS } from './given-rows.js';
import { acceptedNow, blockersOf, hasQuestions, isLaneTaken, laneConcern, readLane } from './lane.js';
import type { LogParts } from './log-parts.js';
import type { LogTransaction } from './log-transaction.js';
import { forgetMessage, type KnownMessage, type MessageKey, messageConcern, rememberMessage } from './messages.js';
import { publishSynced } from './publish-synced.js';
import { insertPushConfig } from './push/insert-config.js';
import type { PushConfig } from './push/push-config.js';
import { recordNotifications } from './push/record-notifications.js';
import { HEAD_COLUMNS, newHead, type TaskHead, toHead } from './records.js';
import type { TaskWriter } from './task-writer.js';

/** A message that begins a task. */
export interface NewTask {
  readonly task: Task;
  readonly input: TurnInput;
  readonly key: MessageKey;
  /** The boot that accepted the message. */
  readonly runner: string;
  /** Given if the turn can begin at once: it is then claimed with its acceptance. `durable` is that of the claim. */
  readonly claim?: { readonly durable: boolean } | undefined;
  /** Where the caller is to be notified of the task. */
  readonly push?: PushConfig | undefined;
}

/** The answer to the open question of a task. */
export interface NextTurn {
  /** The task as it was when the answer was checked. */
  readonly head: TaskHead;
  /** The message that gives it; absent: no answer came in time. */
  readonly said?: { readonly message: Message; readonly key: MessageKey };
  readonly input: TurnInput;
  /** The question with the answers that no message gives. Default: as it is stored. */
  readonly pending?: PendingInput;
  /** The boot that accepted the answer. */
  readonly runner: string;
  /** Where the caller is to be notified of the task. */
  readonly push?: PushConfig | undefined;
}

/** `writer`: that of the turn, if it was claimed. */
export type CreateOutcome =
  | { readonly known: KnownMessage }
  | { readonly head: TaskHead; readonly writer?: TaskWriter };

/** `taken`: the task has changed since it was read, so it may no longer wait for an answer. */
export type BeginOutcome = { readonly known: KnownMessage } | { readonly head: TaskHead } | 'taken';

/** A task that was stored, with its claim if its turn could begin. */
interface NewHead {
  readonly head: TaskHead;
  readonly claim?: NewClaim;
  readonly afterQuestions?: boolean;
}

/** Stores a new task and the message that began it, or nothing if the message is known. */
export function createTask(parts: LogParts, created: NewTask): Promise<CreateOutcome> {
  const { claim: _claim, ...unclaimed } = created;
  return createAndClaim(parts, created).catch((error: unknown) => {
    // Another process has claimed a turn of the conversation at the same time. Nothing was stored.
    if (isLaneTaken(error)) return createAndClaim(parts, unclaimed);
    throw error;
  });
}

async function createAndClaim(parts: LogParts, created: NewTask): Promise<CreateOutcome> {
  const { task, input, key, runner, push } = created;
  const write: LogWrite<{ known: KnownMessage } | NewHead> = async (shared) => {
    const [known, lane] = await Promise.all([
      rememberMessage(shared, key, input),
      readLane(shared, { owner: key.owner, contextId: input.contextId }),
    ]);
    if (known) return { known };
    const now = Date.now();
    const accepted = acceptedNow(lane);
    const row = {
      id: input.taskId,
      owner: key.owner,
      context_id: input.contextId,
      ...stateColumns(task.status?.state ?? TaskState.TASK_STATE_SUBMITTED, now),
      created_at: now,
      seq: 0,
      chunk_seq: 0,
      turn: input.turn,
      attempt: 0,
      fence: 0,
      runner,
      durable: 0,
      message_id: input.messageId,
      result: null,
      compacted: 0,
      accepted,
      engaged: null,
      push: push ? 1 : 0,
    };
    const head = newHead(task, input, { owner: key.owner, runner, accepted });
    const mayBegin = created.claim !== undefined && blockersOf(lane, row).length === 0;
    const claim = mayBegin ? claimOf(head, runner, created.claim.durable) : undefined;
    if (push) await insertPushConfig(shared, { taskId: input.taskId, owner: key.owner, seq: 0 }, push);
    putInput(shared, input);
    const characters = insertChunk(shared, input.taskId, 0, ChunkDraft.first(task), task);
    const [message] = task.history;
    if (message && needsTitle(characters)) shared.put(input.taskId, 'title', titleOf(message));
    const names = task.history.flatMap(({ parts: named }) => named);
    const [, claimed] = await Promise.all([
      shared.ask(INSERT_TASKS, row),
      // It is sent after the row that it changes.
      claim && writeClaim(parts, shared, claim),
      insertBlobRows(shared.kysely, input.taskId, names),
    ]);
    return claim && claimed ? { head, claim, afterQuestions: hasQuestions(lane, input.taskId) } : { head };
  };
  const lane = { owner: key.owner, contextId: input.contextId };
  const concerns = [messageConcern(key), laneConcern(lane), taskConcern(input.taskId)];
  const stored = await parts.unsynced.marked(input.taskId, () => parts.commits.run(write, CALLER, concerns), isStored);
  if (!('known' in stored)) parts.changes.publish(input.taskId, 'task');
  if ('known' in stored || !stored.claim) return stored;
  const before = new Unchunked({ ...task, history: [], artifacts: [] });
  const turn = { input, checkpoint: undefined, pending: undefined, run: undefined };
  const afterQuestions = stored.afterQuestions ?? false;
  const pushes = push !== undefined;
  const writer = beginClaimed(parts, stored.claim, { unchunked: before, turn, afterQuestions, pushes });
  return { head: writer.record, writer };
}

function claimOf(head: TaskHead, runner: string, durable: boolean): NewClaim {
  const logged = loggedEvent(statusEvent(head, TaskState.TASK_STATE_WORKING), head.seq + 1);
  return { head, options: { turn: head.turn, runner, durable, fence: head.fence }, logged };
}

/** Stores the next turn of a task and the message that began it, or nothing if the message is known or the task has changed. */
export async function beginTurn(parts: LogParts, next: NextTurn): Promise<BeginOutcome> {
  const { head, said, input, pending, runner, push } = next;
  const seq = head.seq + 1;
  const logged = loggedEvent(statusEvent(head, TaskState.TASK_STATE_SUBMITTED), seq);
  let pushes = false;
  const write: LogWrite<BeginOutcome> = async (shared) => {
    const transaction = shared.kysely;
    const [known, lane] = await Promise.all([said && rememberMessage(shared, said.key, input), readLane(shared, head)]);
    if (known) return { known };
    const now = Date.now();
    const accepted = acceptedNow(lane);
    const row = await transaction
      .updateTable('tasks')
      .set({
        ...stateColumns(TaskState.TASK_STATE_SUBMITTED, now),
        turn: input.turn,
        attempt: 0,
        message_id: input.messageId,
        result: null,
        runner,
        durable: 0,
        accepted,
        seq,
        ...(push && { push: 1 }),
      })
      .where('id', '=', head.taskId)
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
    await recordNotifications(shared, head.taskId, [logged], row.push);
    const before = await unchunked(shared, { ...row, seq: head.seq });
    before.add(logged.event);
    if (said) before.draft.addMessage(said.message);
    shared.append(head.taskId, logged);
    insertChunk(shared, head.taskId, seq, before.draft, before.status);
    await transaction.updateTable('tasks').set({ chunk_seq: seq }).where('id', '=', head.taskId).execute();
    putInput(shared, input);
    if (pending) shared.put(head.taskId, 'question', JSON.stringify(pending));
    await insertBlobRows(transaction, head.taskId, said?.message.parts ?? []);
    return { head: toHead(row) };
  };
  const concerns = [...(said ? [messageConcern(said.key)] : []), laneConcern(head), taskConcern(head.taskId)];
  const outcome = await parts.unsynced.marked(head.taskId, () => parts.commits.run(write, CALLER, concerns), isStored);
  if (outcome === 'taken' || 'known' in outcome) return outcome;
  await publishSynced(parts, { taskId: head.taskId, events: [logged], pushes }, CALLER).catch(() => {
    // The turn exists and begins; the caller of `acceptanceSynced` gets the error.
  });
  return outcome;
}

function isStored(outcome: CreateOutcome | BeginOutcome): boolean {
  return outcome !== 'taken' && 'head' in outcome;
}

function putInput(transaction: LogTransaction, input: TurnInput): void {
  transaction.put(input.taskId, 'input', JSON.stringify(input));
}
