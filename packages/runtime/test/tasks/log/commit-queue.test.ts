import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { CommitQueue, type LogWrite } from '../../../src/tasks/log/commit-queue.js';
import { openDatabase } from '../../../src/tasks/sqlite/open-database.js';
import { SqliteDatabase } from '../../../src/tasks/sqlite/sqlite-database.js';
import { TASK_LOG } from '../../../src/tasks/sqlite/task-tables.js';
import { TURN } from '../../../src/tasks/storage/storage-gate.js';
import { ManualClock } from '../../support/manual-clock.js';

interface Opened extends AsyncDisposable {
  readonly commits: CommitQueue;
  /** The ids that the probe's table holds. */
  ids(): Promise<readonly number[]>;
  /** The number of transactions until now. */
  transactions(): number;
}

/**
 * @param now of a clock that stands still by default, because a busy machine may stop a transaction after its first write
 * @param most writes that run at the same time
 */
async function openQueue(now: () => number = () => 0, most = 16): Promise<Opened> {
  const options = { logger: silentLogger, clock: new ManualClock() };
  const { kysely, connection } = await openDatabase(TASK_LOG, ':memory:', options);
  const database = new SqliteDatabase(kysely, { kind: TASK_LOG, file: ':memory:', connection, ...options });
  let transactions = 0;
  const transaction: typeof database.transaction = (work, patience) => {
    transactions++;
    return database.transaction(work, patience);
  };
  return {
    commits: new CommitQueue(
      Object.create(database, {
        transaction: { value: transaction },
        shared: { value: { ...database.shared, writes: most } },
      }),
      now,
    ),
    transactions: () => transactions,
    async ids() {
      const rows = await kysely.selectFrom('storage_probe').select('id').orderBy('id').execute();
      return rows.map(({ id }) => id);
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

function insert(id: number): LogWrite<string> {
  return async ({ kysely }) => {
    await kysely.insertInto('storage_probe').values({ id, at: 0 }).execute();
    return `wrote ${id}`;
  };
}

it('writes that come in one turn of the event loop are one transaction, and each gets its own result', async () => {
  await using queue = await openQueue();
  const results = await Promise.all([1, 2, 3].map((id) => queue.commits.run(insert(id), TURN, [])));
  expect(results).toEqual(['wrote 1', 'wrote 2', 'wrote 3']);
  expect([await queue.ids(), queue.transactions()]).toEqual([[1, 2, 3], 1]);
});

it('a write that fails takes no other one with it, and has no effect itself', async () => {
  await using queue = await openQueue();
  const broken: LogWrite<string> = async (transaction) => {
    await insert(20)(transaction);
    throw new TypeError('broken');
  };
  const outcomes = await Promise.allSettled(
    [insert(1), broken, insert(1), insert(2)].map((write) => queue.commits.run(write, TURN, [])),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { message: 'broken' } });
  expect(await queue.ids()).toEqual([1, 2]);
});

it('a transaction takes up no further writes once it has blocked the event loop for some milliseconds', async () => {
  let now = 0;
  await using queue = await openQueue(() => now, 1);
  const slow: LogWrite<string> = async (transaction) => {
    now += 6;
    return insert(1)(transaction);
  };
  let turns = 0;
  const count = () => {
    turns++;
    if (turns < 10) setImmediate(count);
  };
  setImmediate(count);
  const first = queue.commits.run(slow, TURN, []).then(() => turns);
  const second = queue.commits.run(insert(2), TURN, []).then(() => turns);
  expect(await second).toBeGreaterThan(await first);
  expect(queue.transactions()).toBe(2);
});

it('writes that concern the same come in the order of their arrival, each in a transaction of its own, and others need not wait', async () => {
  await using queue = await openQueue();
  const order: string[] = [];
  const run = (name: string, ...concerns: readonly string[]) =>
    queue.commits.run(async () => void order.push(name), TURN, concerns);
  await Promise.all([run('a', 'one'), run('b', 'one', 'two'), run('c', 'two'), run('d', 'three')]);
  expect([order, queue.transactions()]).toEqual([['a', 'd', 'b', 'c'], 3]);
});

it('writes that run at the same time have ended before their transaction is given up for one of them', async () => {
  await using queue = await openQueue();
  const broken: LogWrite<string> = () => Promise.reject(new TypeError('broken'));
  const slow: LogWrite<string> = async (transaction) => {
    for (let id = 0; id < 50; id++) await insert(id)(transaction);
    return 'wrote 50';
  };
  const outcomes = await Promise.allSettled([broken, slow].map((write) => queue.commits.run(write, TURN, [])));
  expect(outcomes).toMatchObject([{ reason: { message: 'broken' } }, { value: 'wrote 50' }]);
  expect(await queue.ids()).toHaveLength(50);
});
