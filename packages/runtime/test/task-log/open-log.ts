import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Task, TaskState } from '@a2a-js/sdk';
import { artifactEvent, statusEvent, textPart } from '../../src/runner/a2a-events.js';
import type { TaskInput } from '../../src/runner/task-input.js';
import type { TaskRecord } from '../../src/task-log/records.js';
import type { TaskEvent } from '../../src/task-log/task-event.js';
import { TaskLog } from '../../src/task-log/task-log.js';
import type { TaskWriter } from '../../src/task-log/task-writer.js';

/** A task log in a file of its own. */
export interface LogFile extends AsyncDisposable {
  readonly file: string;
  /** Opens it, perhaps once more; all are closed at the end. */
  open(): Promise<TaskLog>;
}

export async function logFile(): Promise<LogFile> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-log-'));
  const file = join(directory, 'tasks.db');
  const logs: TaskLog[] = [];
  return {
    file,
    async open() {
      const log = await TaskLog.open(file);
      logs.push(log);
      return log;
    },
    async [Symbol.asyncDispose]() {
      for (const log of logs) await log.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Stores a new task, and gives it as the log has it. */
export async function addTask(log: TaskLog, taskId: string = crypto.randomUUID()): Promise<TaskRecord> {
  const task: Task = {
    id: taskId,
    contextId: 'c-1',
    status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: new Date().toISOString() },
    artifacts: [],
    history: [],
    metadata: undefined,
  };
  const key = { owner: 'ann', contextKey: '', messageId: taskId, digest: 'd' };
  await log.create(task, inputOf(taskId), key, 'boot-1');
  return existing(log, taskId);
}

export async function existing(log: TaskLog, taskId: string): Promise<TaskRecord> {
  const record = await log.read.get(taskId);
  if (!record) throw new Error(`The log holds no task ${taskId}.`);
  return record;
}

export async function claim(log: TaskLog, record: TaskRecord, runner = 'boot-1'): Promise<TaskWriter | undefined> {
  const options = { turn: record.turn, runner, durable: false, fence: record.fence };
  return log.claim(record, options, working(record));
}

export function working(record: TaskRecord): TaskEvent {
  return statusEvent(record, TaskState.TASK_STATE_WORKING);
}

export function completed(record: TaskRecord): TaskEvent {
  return statusEvent(record, TaskState.TASK_STATE_COMPLETED);
}

export function canceled(record: TaskRecord): TaskEvent {
  return statusEvent(record, TaskState.TASK_STATE_CANCELED);
}

/** More of the artifact `id`, or all of it anew. */
export function words(record: TaskRecord, text: string, append = true, id = 'answer-1'): TaskEvent {
  return artifactEvent(record, { id, name: 'answer', parts: [textPart(text)] }, { append, lastChunk: false });
}

function inputOf(taskId: string): TaskInput {
  return {
    taskId,
    contextId: 'c-1',
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
