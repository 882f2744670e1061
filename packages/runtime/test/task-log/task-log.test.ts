import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { copyTask, fold } from '../../src/task-log/fold.js';
import type { TaskRecord } from '../../src/task-log/records.js';
import type { LoggedEvent, TaskEvent } from '../../src/task-log/task-event.js';
import { answerOf } from '../support/a2a-client.js';
import { freshSeed, randomFrom } from '../support/random.js';
import { addTask, canceled, claim, completed, existing, logFile, words, working } from './open-log.js';

it('of many who claim a turn one gets it', async () => {
  await using file = await logFile();
  const log = await file.open();
  const record = await addTask(log);
  const writers = await Promise.all([1, 2, 3, 4].map((boot) => claim(log, record, `boot-${boot}`)));
  expect(writers.filter((writer) => writer !== undefined)).toHaveLength(1);
  expect(await existing(log, record.taskId)).toMatchObject({ attempt: 1, fence: 1, seq: 1 });
});

it('whoever was overtaken writes nothing more', async () => {
  await using file = await logFile();
  const log = await file.open();
  const record = await addTask(log);
  const stale = await claim(log, record, 'boot-1');
  await stale?.append([words(record, 'before', false)]);
  const fresh = await claim(log, await existing(log, record.taskId), 'boot-2');
  expect(fresh?.attempt).toBe(2);
  const refused = { code: 'STALE_ATTEMPT' };
  await expect(stale?.append([words(record, ' stale')])).rejects.toMatchObject(refused);
  await expect(stale?.saveCheckpoint({ stale: true }).written).rejects.toMatchObject(refused);
  await expect(
    stale?.finish([completed(record)], { result: { kind: 'completed', finalText: '' } }),
  ).rejects.toMatchObject(refused);
  await fresh?.append([words(record, ' fresh')]);
  const after = await existing(log, record.taskId);
  expect(answerOf(after.task)).toBe('before fresh');
  expect(after.checkpoint).toBeUndefined();
});

it('of many who end a task one does, and nothing changes it afterwards', async () => {
  await using file = await logFile();
  const log = await file.open();
  const record = await addTask(log);
  const writer = await claim(log, record);
  const finished = writer?.finish([completed(record)], { result: { kind: 'completed', finalText: '' } });
  const settled = Array.from({ length: 5 }, () => log.settle(record.taskId, canceled(record)));
  const outcomes = await Promise.allSettled([finished?.then(() => true), ...settled]);
  const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value !== undefined);
  expect(winners).toHaveLength(1);
  const over = await existing(log, record.taskId);
  expect(over.terminal).toBe(true);
  await expect(writer?.append([words(record, 'late')])).rejects.toMatchObject({ code: 'TASK_TERMINAL' });
  expect(await claim(log, over)).toBeUndefined();
  expect(await log.settle(record.taskId, completed(record))).toBeUndefined();
  expect(await existing(log, record.taskId)).toEqual(over);
});

it('snapshot and later events make the same task as all events from the beginning', async () => {
  const seed = freshSeed();
  const random = randomFrom(seed);
  await using file = await logFile();
  const log = await file.open();
  const record = await addTask(log);
  const whole = copyTask(record.task);
  const writer = await claim(log, record);
  for (let round = 0; round < 80; round++) {
    const events = Array.from({ length: 1 + random() * 3 }, () => randomEvent(record, random));
    await writer?.append(events);
    if (random() < 0.2) expect((await existing(log, record.taskId)).task, `seed ${seed}`).toEqual(writer?.task);
  }
  const events = await allEvents(log, record.taskId);
  for (const { event } of events) fold(whole, event);
  const stored = await existing(log, record.taskId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(stored.seq).toBe(events.length);
  expect(stored.task, `seed ${seed}`).toEqual(whole);
  const again = await file.open();
  expect((await existing(again, record.taskId)).task, `seed ${seed}`).toEqual(whole);
});

it('a follower misses nothing and gets nothing twice, whoever writes and however fast', async () => {
  const seed = freshSeed();
  const random = randomFrom(seed);
  await using file = await logFile();
  const [here, elsewhere] = [await file.open(), await file.open()];
  const record = await addTask(here);
  const done = new AbortController();
  const followers = Array.from({ length: 6 }, async (_, index) => {
    const seen: number[] = [];
    for await (const { seq, event } of (index % 2 ? here : elsewhere).follow(record.taskId, 0, done.signal)) {
      seen.push(seq);
      if (random() < 0.05) await new Promise((resolve) => setTimeout(resolve, random() * 5));
      if (event.$case === 'statusUpdate' && event.value.status?.state === TaskState.TASK_STATE_COMPLETED) break;
    }
    return seen;
  });
  const writer = await claim(here, record);
  for (let round = 0; round < 600; round++) {
    await writer?.append(Array.from({ length: 1 + random() * 2 }, () => words(record, 'x')));
  }
  await writer?.finish([completed(record)], { result: { kind: 'completed', finalText: '' } });
  const { seq } = await existing(here, record.taskId);
  const expected = Array.from({ length: seq }, (_, index) => index + 1);
  for (const seen of await Promise.all(followers)) expect(seen, `seed ${seed}`).toEqual(expected);
});

it('a writer whose append failed appends nothing more: its task would have a hole', async () => {
  await using file = await logFile();
  const log = await file.open();
  const record = await addTask(log);
  const writer = await claim(log, record);
  await writer?.append([words(record, 'a', false)]);
  await log.close();
  await expect(writer?.append([words(record, 'b')])).rejects.toThrow();
  const first = await writer?.append([words(record, 'c')]).catch((error: unknown) => error);
  const second = await writer?.append([words(record, 'd')]).catch((error: unknown) => error);
  expect(second).toBe(first);
  const again = await file.open();
  expect(answerOf((await existing(again, record.taskId)).task)).toBe('a');
});

it('the events of tasks that are long over are dropped, and their tasks kept', async () => {
  await using file = await logFile();
  const log = await file.open();
  const [over, running] = [await addTask(log), await addTask(log)];
  for (const record of [over, running]) await (await claim(log, record))?.append([words(record, 'text', false)]);
  await log.settle(over.taskId, completed(over));
  const before = await existing(log, over.taskId);
  await log.compact();
  expect(await allEvents(log, over.taskId)).toHaveLength(3);
  await log.compact(Date.now() + 11 * 60_000);
  expect(await allEvents(log, over.taskId)).toHaveLength(0);
  expect(await allEvents(log, running.taskId)).toHaveLength(2);
  expect(await existing(log, over.taskId)).toEqual(before);
});

it('a log that was written before is opened as it is', async () => {
  await using file = await logFile();
  const log = await file.open();
  const record = await addTask(log);
  const writer = await claim(log, record);
  await writer?.append([words(record, 'kept', false)]);
  await writer?.saveCheckpoint({ step: 3 }).written;
  await log.close();
  const again = await file.open();
  const kept = await existing(again, record.taskId);
  expect([answerOf(kept.task), kept.checkpoint, kept.attempt]).toEqual(['kept', { step: 3 }, 1]);
  expect(await again.read.unfinished()).toHaveLength(1);
});

it('processes that open a new log at once all get it', async () => {
  await using file = await logFile();
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => openElsewhere(file.file)));
  expect(outcomes).toEqual(Array.from({ length: 4 }, () => 'open'));
});

it('a migration that was cut short is done anew', async () => {
  await using file = await logFile();
  const broken = new DatabaseSync(file.file);
  broken.exec('create table task_messages (id text)');
  broken.close();
  await expect(file.open()).rejects.toMatchObject({ code: 'TASK_LOG_MIGRATION_FAILED' });
  const mended = new DatabaseSync(file.file);
  expect(mended.prepare('select name from sqlite_master').all()).toEqual([{ name: 'task_messages' }]);
  mended.exec('drop table task_messages');
  mended.close();
  expect(await (await file.open()).read.unfinished()).toEqual([]);
});

function randomEvent(record: TaskRecord, random: () => number): TaskEvent {
  const chance = random();
  const id = `artifact-${Math.floor(random() * 3)}`;
  if (chance < 0.1) return working(record);
  if (chance < 0.2) return words(record, `anew ${random()}`, false, id);
  if (chance < 0.3) return words(record, 'x'.repeat(20_000), true, id);
  return words(record, ` ${random()}`, true, id);
}

async function allEvents(
  log: { readonly read: { eventsAfter(taskId: string, seq: number): Promise<readonly LoggedEvent[]> } },
  taskId: string,
): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (;;) {
    const more = await log.read.eventsAfter(taskId, events.at(-1)?.seq ?? 0);
    if (more.length === 0) return events;
    events.push(...more);
  }
}

/** Opens the log in another process; gives what that said. */
async function openElsewhere(file: string): Promise<string> {
  const support = new URL('../support/host/', import.meta.url);
  const args = ['typescript-hooks.mjs', 'log-opener.ts'].map((name) => fileURLToPath(new URL(name, support)));
  const child = spawn(process.execPath, ['--import', ...args, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(child, 'close');
  return said.trim();
}
