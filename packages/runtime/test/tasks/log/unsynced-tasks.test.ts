import type { Message } from '@a2a-js/sdk';
import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { LocalChanges } from '../../../src/tasks/changes.js';
import type { TaskHead } from '../../../src/tasks/log/records.js';
import { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { openDatabase } from '../../../src/tasks/sqlite/open-database.js';
import { SqliteDatabase } from '../../../src/tasks/sqlite/sqlite-database.js';
import { TASK_LOG } from '../../../src/tasks/sqlite/task-tables.js';
import { ManualClock } from '../../support/manual-clock.js';
import { canceled, claim, completed, newTask, words } from './open-log.js';

const DONE = { result: { kind: 'completed', finalText: '' } } as const;

interface SlowLog extends AsyncDisposable {
  readonly log: TaskLog;
  /** Lets the syncs that were asked for until now end. */
  sync(): void;
}

/** A log on a real database, whose syncs take until the test ends them. */
async function slowLog(): Promise<SlowLog> {
  const options = { logger: silentLogger, clock: new ManualClock() };
  const { kysely, connection } = await openDatabase(TASK_LOG, ':memory:', options);
  const database = new SqliteDatabase(kysely, { kind: TASK_LOG, file: ':memory:', connection, ...options });
  const waiting: (() => void)[] = [];
  const synced = () => new Promise<void>((resolve) => waiting.push(resolve));
  const slow = Object.create(database, { syncs: { value: true }, synced: { value: synced } }) as SqliteDatabase<never>;
  for (const name of ['read', 'snapshot', 'write', 'transaction'] as const) {
    Object.defineProperty(slow, name, { value: database[name].bind(database) });
  }
  return {
    log: new TaskLog(slow as never, new LocalChanges()),
    sync: () => {
      for (const end of waiting.splice(0)) end();
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

/** What `work` resolves to within some turns of the event loop; `waits` if it does not. */
async function now<Value>(work: Promise<Value>): Promise<Value | 'waits'> {
  let result: Value | 'waits' = 'waits';
  void work.then((value) => {
    result = value;
  });
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  return result;
}

async function running({ log, sync }: SlowLog, taskId: string): Promise<TaskWriter> {
  await log.create(newTask(taskId));
  const record = log.read.get(taskId);
  await now(record);
  sync();
  return (await claim(log, (await record) as NonNullable<Awaited<typeof record>>)) as TaskWriter;
}

it('a task is stored without a wait for the disk, and nobody is told of it before the sync', async () => {
  await using slow = await slowLog();
  const { log, sync } = slow;
  expect(await now(log.create(newTask('t')))).toHaveProperty('head');
  const told = [log.acceptanceSynced('t'), log.read.get('t'), log.read.list({ owner: 'ann', pageSize: 10 })];
  for (const each of told) expect(await now(each as Promise<unknown>)).toBe('waits');
  sync();
  for (const each of told) expect(await now(each as Promise<unknown>)).not.toBe('waits');
  expect(await now(log.read.get('t'))).toMatchObject({ taskId: 't' });
});

it('what a turn says is shown at once, and its end only after the sync, in every way', async () => {
  await using slow = await slowLog();
  const { log, sync } = slow;
  const writer = await running(slow, 't');
  const following = new AbortController();
  const seen: string[] = [];
  const follow = (async () => {
    for await (const { event } of log.follow('t', 0, following.signal)) seen.push(event.$case);
  })();
  await now(writer.append([words(writer.record, 'said', false)]));
  expect(seen).toEqual(['statusUpdate', 'artifactUpdate']);
  const finished = writer.finish([completed(writer.record)], DONE);
  expect(await now(finished)).toBe('waits');
  expect(seen).toHaveLength(2);
  const told = [log.read.get('t'), log.read.eventsAfter('t', 0), log.read.list({ owner: 'ann', pageSize: 10 })];
  for (const each of told) expect(await now(each as Promise<unknown>)).toBe('waits');
  expect(await now(log.read.eventsAfter('t', 2))).toBe('waits');
  sync();
  expect(await now(finished)).toBeUndefined();
  for (const each of told) expect(await now(each as Promise<unknown>)).not.toBe('waits');
  await now(follow);
  expect(seen).toEqual(['statusUpdate', 'artifactUpdate', 'statusUpdate']);
  following.abort();
  await follow;
});

it('a write that was refused leaves nothing to be synced', async () => {
  await using slow = await slowLog();
  const { log, sync } = slow;
  const writer = await running(slow, 't');
  const settled = log.settle('t', canceled(writer.record));
  await now(settled);
  sync();
  expect(await now(settled)).toMatchObject({ terminal: true });
  const { head } = (await log.create(newTask('other'))) as { readonly head: TaskHead };
  sync();
  const next = newTask('next');
  const refused = [
    log.settle('t', canceled(writer.record)),
    writer.finish([completed(writer.record)], DONE).catch(() => 'refused'),
    log.create({ ...newTask('again'), key: newTask('other').key }),
    log.beginTurn({ ...next, head: { ...head, seq: 9 }, said: { message: {} as Message, key: next.key } }),
  ];
  expect(await Promise.all(refused.map((write) => now<unknown>(write)))).toEqual([
    undefined,
    'refused',
    { known: { taskId: 'other', turn: 1, sameContent: true } },
    'taken',
  ]);
  for (const id of ['t', 'again']) expect(await now(log.acceptanceSynced(id))).toBeUndefined();
});

it('an end from outside is reported after the sync', async () => {
  await using slow = await slowLog();
  const { record } = await running(slow, 't');
  const settled = slow.log.settle('t', canceled(record));
  expect(await now(settled)).toBe('waits');
  slow.sync();
  expect(await now(settled)).toMatchObject({ terminal: true });
});
