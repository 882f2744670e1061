import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Task, TaskState } from '@a2a-js/sdk';
import { type Logger, silentLogger } from '@molecule/adapters';
import { artifactEvent, statusEvent, textPart } from '../../../src/tasks/events/a2a-events.js';
import type { TaskEvent } from '../../../src/tasks/events/task-event.js';
import type { NewTask } from '../../../src/tasks/log/accept-message.js';
import type { TaskHead, TaskRecord, TurnRecord } from '../../../src/tasks/log/records.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import type { TurnInput } from '../../../src/tasks/turn-input.js';

/** A task store in a separate directory. */
export interface LogFile extends AsyncDisposable {
  /** The task log's file. */
  readonly file: string;
  /** Opens the store, also several times. All are closed at the end. */
  openStore(): Promise<TaskStore>;
  /** Opens the store, for its log. */
  open(): Promise<TaskLog>;
}

export async function logFile(): Promise<LogFile> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-log-'));
  const stores: TaskStore[] = [];
  const openStore = async () => {
    const store = await openStoreIn(directory);
    stores.push(store);
    return store;
  };
  return {
    file: join(directory, 'tasks.db'),
    openStore,
    open: async () => (await openStore()).log,
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The store of a state directory, opened as by another process. It syncs nothing, because a manual clock does not wait for the disk. */
export function openStoreIn(stateDir: string, logger: Logger = silentLogger): Promise<TaskStore> {
  return openTaskStore({ taskStore: 'sqlite', stateDir, durability: 'process', logger });
}

/** Stores a new task, in a context of its own by default, and returns its record. */
export async function addTask(
  log: TaskLog,
  taskId: string = crypto.randomUUID(),
  contextId?: string,
): Promise<TaskRecord & TurnRecord> {
  await log.create(newTask(taskId, contextId));
  return existing(log, taskId);
}

/** A task that the message of the same id begins. */
export function newTask(taskId: string, contextId = `c-${taskId}`): NewTask {
  const task: Task = {
    id: taskId,
    contextId,
    status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: new Date().toISOString() },
    artifacts: [],
    history: [],
    metadata: undefined,
  };
  const key = { owner: 'ann', contextKey: '', messageId: taskId, digest: 'd' };
  return { task, input: inputOf(taskId, contextId), key, runner: 'boot-1' };
}

/** The task and its present turn, both of one moment. */
export async function existing(log: TaskLog, taskId: string): Promise<TaskRecord & TurnRecord> {
  for (;;) {
    const [record, turn] = [await log.read.get(taskId), await log.read.turn(taskId)];
    if (!record || !turn) throw new Error(`The log holds no task ${taskId}.`);
    if (record.seq === turn.seq) return { ...turn, ...record };
  }
}

/** Undefined: the turn cannot be claimed, now or at all. */
export async function claim(log: TaskLog, record: TaskHead, runner = 'boot-1'): Promise<TaskWriter | undefined> {
  const options = { turn: record.turn, runner, durable: false, fence: record.fence };
  const claimed = await log.claim(record, options, working(record));
  return claimed && 'writer' in claimed ? claimed.writer : undefined;
}

export function working(record: TaskHead): TaskEvent {
  return statusEvent(record, TaskState.TASK_STATE_WORKING);
}

export function completed(record: TaskHead): TaskEvent {
  return statusEvent(record, TaskState.TASK_STATE_COMPLETED);
}

export function canceled(record: TaskHead): TaskEvent {
  return statusEvent(record, TaskState.TASK_STATE_CANCELED);
}

/** An event that appends to the artifact `id`, or replaces it. */
export function words(record: TaskHead, text: string, append = true, id = 'answer-1'): TaskEvent {
  return artifactEvent(record, { id, name: 'answer', parts: [textPart(text)] }, { append, lastChunk: false });
}

function inputOf(taskId: string, contextId: string): TurnInput {
  return {
    taskId,
    contextId,
    messageId: taskId,
    turn: 1,
    userInput: 'hello',
    parts: [],
    model: '',
    workspaceId: 'w',
    history: [],
    metadata: {},
  };
}
