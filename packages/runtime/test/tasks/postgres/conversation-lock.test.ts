import pg from 'pg';
import { expect, it } from 'vitest';
import { conversationLock } from '../../../src/tasks/log/conversation-lock.js';
import { postgresPlace } from '../../support/postgres/postgres-place.js';
import { until } from '../../support/until.js';
import { addTask, claim, completed, existing, newTask } from '../log/open-log.js';

const TALK = { owner: 'ann', contextId: 'talk' };
const NEVER = Date.now() + 1_000_000;

/** A transaction of another process, which ends when the test says so. */
async function otherTransaction(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  return {
    run: (statement: string, values: readonly unknown[] = []) => client.query(statement, [...values]),
    /** Resolves when a transaction waits for a lock of this one. */
    blocks: () =>
      until('a transaction waits', async () => {
        const { rows } = await client.query(
          'select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())',
        );
        return rows.length > 0;
      }),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

it('a turn begins after a conversation was marked as to be forgotten, although its task was created while that was decided', async () => {
  await using place = await postgresPlace();
  const { log } = await place.open();
  await endedTask(log);
  await using marking = await otherTransaction(place.url);
  await marking.run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [conversationLock(TALK)]);
  const created = log.create(newTask('new', TALK.contextId));
  await marking.blocks();
  await marking.run(
    "insert into conversations (owner, context_id, active_at, forget, tries, not_before) values ('ann', 'talk', 1, 1, 0, 0)",
  );
  await marking.run('commit');
  await created;
  expect(await claim(log, await existing(log, 'new'))).toBeUndefined();
  const due = await log.retention.conversations.find(TALK);
  if (due) await log.retention.conversations.forgotten(due);
  expect(await claim(log, await existing(log, 'new'))).toBeDefined();
});

it('a conversation in which a task is being created is not marked', async () => {
  await using place = await postgresPlace();
  const { log } = await place.open();
  await endedTask(log);
  await addTask(log, 'copied');
  await using creating = await otherTransaction(place.url);
  await creating.run("create temporary table copy on commit drop as select * from tasks where id = 'copied'");
  await creating.run("update copy set id = 'new', context_id = 'talk'");
  await creating.run('insert into tasks select * from copy');
  const marked = log.retention.conversations.mark([TALK], NEVER);
  await creating.blocks();
  await creating.run('commit');
  expect(await marked).toBe(0);
});

async function endedTask(log: Parameters<typeof addTask>[0]): Promise<void> {
  const writer = await claim(log, await addTask(log, 'old', TALK.contextId));
  await writer?.finish([completed(writer.record)], { result: { kind: 'completed', finalText: '' } });
}
