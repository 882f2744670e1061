import type { Generated } from 'kysely';
import type { KeysSchema } from '../keys/keys-schema.js';
import type { EngineStoreSchema } from './engine-store-schema.js';
import type { PushSchema } from './push-schema.js';
import type { UsageSchema } from './usage-schema.js';

/** One row for each task, with small columns only: appends update it, and sweeps and lists read many of them. */
export interface TasksTable {
  /** A2A task id; any string of 1 to 255 characters. */
  id: string;
  /** The identity that may see it: the owner's name of the token, or `anonymous`. */
  owner: string;
  context_id: string;
  /** A name of A2A's TaskState enum, for example `TASK_STATE_WORKING`. */
  state: string;
  /** 1 when `state` is terminal: the guard of every compare-and-set. */
  terminal: number;
  /** Milliseconds since 1970 of the last change of status; the order of `ListTasks`. */
  status_at: number;
  created_at: number;
  /** Number of the newest event. */
  seq: number;
  /** Number of the newest event in a chunk. Later events are folded in when the task is read. */
  chunk_seq: number;
  /** Counts the turns of the task: 1, and one more for every answer to an input-required. */
  turn: number;
  /** The number of attempts of the present turn. 0: it has not begun. */
  attempt: number;
  /** Counts the claims of all turns. An append names its fence; a stale one is refused. */
  fence: number;
  /** Boot id of the process that accepted the turn, and then of the one that claimed it last. */
  runner: string | null;
  /** 1 if Temporal also records the present turn, and starts it again after a crash. */
  durable: number;
  /** Id of the message that began the present turn. */
  message_id: string;
  /** How the last finished turn ended, a StoredResult as JSON. The texts of a result are in the task. */
  result: string | null;
  /** 1 once the events of an ended task were deleted. */
  compacted: number;
  /** The order in which the present turns of a conversation were accepted. Microseconds since 1970. */
  accepted: number;
  /** Boot id of the process whose engine still works on a turn of the task, also after the task has ended. */
  engaged: string | null;
  /** 1 once the task has a push configuration. */
  push: Generated<number>;
}

/** The part of a task that a chunk changes: its status and history, or its artifacts. */
export type ChunkKind = 'history' | 'artifacts';

/**
 * - `input`: the input of the present turn, a TurnInput;
 * - `history`, `artifacts`: a chunk, a list of A2A StreamResponses. The chunks of a task are its past, merged and only appended to:
 *   folding them in order makes the task as it was at `chunk_seq`;
 * - `status`: the A2A Task at `chunk_seq` without history and artifacts, for readers that need neither;
 * - `event`: an A2A StreamResponse;
 * - `checkpoint`: the engine's last one;
 * - `question`: the open one, a PendingInput;
 * - `kept`: an event that stays after its task's events were deleted, as an A2A StreamResponse;
 * - `title`: the beginning of the message that began the task, as plain text, if that message is long;
 * - `step`: a recorded step, as `execution/steps` writes it;
 * - `run`: the turn that was put away last, a StoredRun.
 */
export type ContentKind =
  | ChunkKind
  | 'input'
  | 'status'
  | 'event'
  | 'checkpoint'
  | 'question'
  | 'kept'
  | 'title'
  | 'step'
  | 'run';

/**
 * All of a task that may be large, in one table: what one transaction writes of a task then lies on few pages of the database,
 * and that decides what a write costs.
 */
export interface TaskContentsTable {
  task_id: string;
  kind: ContentKind;
  /**
   * The number of an event, or of the last event in a chunk (0 before the first event). The number of a step. Of other kinds there is one,
   * at 0.
   */
  seq: number;
  /** JSON, except of a title. */
  content: string;
}

/** Which message began which turn: the same message is the same turn. */
interface TaskMessagesTable {
  owner: string;
  /** The context as the sender named it; empty when it named none. */
  context_key: string;
  message_id: string;
  task_id: string;
  turn: number;
  /** SHA-256 of the message's content, hex. */
  digest: string;
  at: number;
}

/** Which stored files a task names, in its messages, artifacts and inputs. */
interface TaskBlobsTable {
  task_id: string;
  /** SHA-256 of the bytes, hex. */
  digest: string;
  /** As the sender gave it; empty if it gave none. Of several names in one task, the first. */
  name: string;
  media_type: string;
  /** 1: the task no longer keeps the file. */
  released: Generated<number>;
}

/** One row, for test writes. */
interface StorageProbeTable {
  id: number;
  at: number;
}

/** What engines may still hold, one row for each task that has ended. */
interface AbandonedWorkTable {
  task_id: string;
  /** An AbandonedWork of the adapter contract, JSON. */
  work: string;
  /** Boot id of the process that ran the task last. */
  runner: string | null;
  /** How often the engine failed to release it. */
  tries: number;
}

/** Conversations that are to be forgotten, and those of which the engine still stores something although no task is left. */
export interface ConversationsTable {
  owner: string;
  context_id: string;
  /** Milliseconds since 1970 of the last activity before the tasks were deleted. */
  active_at: number;
  /** 1: it is to be forgotten, and no turn of it can be claimed. */
  forget: number;
  /** Boot id of the process that forgets it, or of the one that ran its last turn. */
  runner: string | null;
  /** How often the engine failed to forget it. */
  tries: number;
  /** Milliseconds since 1970 before which it is not tried again. */
  not_before: number;
}

/** Turns that have begun or ended, and were not reported yet. */
export interface TurnReportsTable {
  id: string;
  /** The order in which they are reported. Microseconds since 1970. */
  at: number;
  task_id: string;
  turn: number;
  /** How the turn ended, a TurnEnd as JSON; null: it has begun. */
  ended: string | null;
  /** 1: it may have been reported already. */
  in_doubt: number;
}

/** Answers that their senders are not known to have received. */
export interface UntoldAnswersTable {
  id: string;
  /** Milliseconds since 1970 at which the turn ended. */
  at: number;
  task_id: string;
  message_id: string;
  /** `proxy`: its sender waited for it; `person`: the agent has sent the message itself. */
  answer_to: string;
  /** The text for the person. */
  content: string;
  /** 1: the person may have it already. */
  in_doubt: number;
}

/** When a request expires that a task waits for. A row may be out of date: the question of the task decides. */
export interface QuestionExpiriesTable {
  task_id: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Turns that begin at a time, and that no process runs before. */
interface TurnWakesTable {
  task_id: string;
  turn: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** What one boot of a workspace does for all. */
interface DutiesTable {
  name: string;
  boot: string;
}

/** The tables of the task log. */
export interface TaskLogSchema extends EngineStoreSchema, KeysSchema, PushSchema, UsageSchema {
  tasks: TasksTable;
  task_contents: TaskContentsTable;
  task_messages: TaskMessagesTable;
  task_blobs: TaskBlobsTable;
  abandoned_work: AbandonedWorkTable;
  conversations: ConversationsTable;
  duties: DutiesTable;
  turn_reports: TurnReportsTable;
  untold_answers: UntoldAnswersTable;
  question_expiries: QuestionExpiriesTable;
  turn_wakes: TurnWakesTable;
  storage_probe: StorageProbeTable;
}
