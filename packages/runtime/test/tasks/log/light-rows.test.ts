import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Message, TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { agentMessage, statusEvent, textPart, userMessage } from '../../../src/tasks/events/a2a-events.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { answerOf } from '../../support/a2a-client.js';
import { claim, completed, existing, type LogFile, logFile, newTask, words } from './open-log.js';

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;

it('the row that every append updates is small, whatever the task holds', async () => {
  await using file = await logFile();
  const log = await file.open();
  const record = await heavyTask(log, MEGABYTE);
  const long = 'x'.repeat(MEGABYTE);
  const writer = await claim(log, record);
  await writer?.append([words(record, long, false)]);
  await writer?.saveCheckpoint({ kept: long }).written;
  const question = agentMessage(record, [textPart(long)]);
  const asked = statusEvent(record, TaskState.TASK_STATE_INPUT_REQUIRED, { message: question });
  const pending = { requestId: 'r', request: 'question' as const, choices: [{ id: 'a', label: long }] };
  const result = { kind: 'input-required' as const, prompt: long };
  await writer?.finish([asked], { result, pending });
  using reader = new DatabaseSync(file.file);
  const row = reader.prepare('select * from tasks').get() as Readonly<Record<string, unknown>>;
  expect(JSON.stringify(row).length).toBeLessThan(1_000);
  // All of it is elsewhere.
  const stored = await existing(log, record.taskId);
  expect(stored).toMatchObject({ pending, result, checkpoint: { kept: long }, input: { userInput: long } });
  expect(answerOf(stored.task)).toBe(long);
});

it('the second half of a long answer is written with as many bytes as the first half', async () => {
  await using file = await logFile();
  const log = await file.open();
  const record = await heavyTask(log, 1);
  const writer = await claim(log, record);
  const half = () =>
    writtenBy(file, async () => {
      for (let index = 0; index < 400; index++) await writer?.append([words(record, 'x'.repeat(8192))]);
    });
  const [first, second] = [await half(), await half()];
  expect(second).toBeLessThan(first * 1.1);
  // Each text is written twice, in its event and in a chunk, and SQLite writes whole pages.
  expect(first).toBeLessThan(6 * 400 * 8192);
  const end = await writtenBy(file, async () => {
    await writer?.finish([completed(record)], { result: { kind: 'completed', finalText: 'x'.repeat(800 * 8192) } });
  });
  expect(end).toBeLessThan(MEGABYTE / 4);
  expect(answerOf((await existing(log, record.taskId)).task)).toHaveLength(800 * 8192);
});

it('a process with little memory recovers many turns whose messages would not fit into it', async () => {
  await using file = await logFile();
  const store = await file.openStore();
  for (let index = 0; index < 24; index++) await claim(store.log, await heavyTask(store.log, 7 * MEGABYTE), 'dead');
  await store[Symbol.asyncDispose]();
  const support = new URL('../../support/host/', import.meta.url);
  const [hooks, host] = ['typescript-hooks.mjs', 'recovering-process.ts'].map((name) =>
    fileURLToPath(new URL(name, support)),
  );
  const { stdout } = await run(process.execPath, [
    '--max-old-space-size=96',
    '--import',
    `${hooks}`,
    `${host}`,
    file.file,
  ]);
  expect(Number(stdout)).toBe(24 * 3);
});

/** A new task whose message has this many characters. */
async function heavyTask(log: TaskLog, characters: number) {
  const taskId = crypto.randomUUID();
  const made = newTask(taskId);
  const text = 'x'.repeat(characters);
  const message: Message = { ...userMessage([textPart(text)]), taskId };
  await log.create({ ...made, task: { ...made.task, history: [message] }, input: { ...made.input, userInput: text } });
  return existing(log, taskId);
}

/** Bytes that are added to the write-ahead log meanwhile. */
async function writtenBy({ file }: LogFile, work: () => Promise<void>): Promise<number> {
  using reader = new DatabaseSync(file, { timeout: 5_000 });
  reader.exec('pragma wal_checkpoint(truncate)');
  // While a transaction is open that reads from the write-ahead log, nothing in it is overwritten.
  reader.exec('pragma user_version = 0');
  reader.exec('begin');
  reader.prepare('select count(*) from tasks').get();
  const before = statSync(`${file}-wal`).size;
  await work();
  return statSync(`${file}-wal`).size - before;
}
