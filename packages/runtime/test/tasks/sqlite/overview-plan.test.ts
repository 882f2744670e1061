import type { Kysely, Transaction } from 'kysely';
import { expect, it } from 'vitest';
import { Overview } from '../../../src/tasks/log/overview/overview.js';
import type { TaskLogSchema } from '../../../src/tasks/log/schema.js';
import type { UnsyncedTasks } from '../../../src/tasks/log/unsynced-tasks.js';
import { UsageStore } from '../../../src/tasks/log/usage/usage-store.js';
import type { Database } from '../../../src/tasks/storage/database.js';
import { plansOf } from './plans.js';

const ALL = { owner: undefined, states: [], most: 2 };
const OWNER = { ...ALL, owner: 'ann' };
const AFTER = { after: { statusAt: 9e12, taskId: 'x' } };
const STATES = { states: ['TASK_STATE_COMPLETED', 'TASK_STATE_FAILED'] };

function databaseOf(kysely: Kysely<TaskLogSchema>): Database<TaskLogSchema> {
  const run = (work: (database: Transaction<TaskLogSchema>) => Promise<unknown>) =>
    work(kysely as Transaction<TaskLogSchema>);
  return { read: run, snapshot: run } as unknown as Database<TaskLogSchema>;
}

const synced = { synced: async () => {} } as unknown as UnsyncedTasks;

it.each<readonly [string, (overview: Overview) => Promise<unknown>]>([
  ['tasks of an owner', (overview) => overview.page({ ...OWNER, ...AFTER })],
  ['tasks of an owner in a state', (overview) => overview.page({ ...OWNER, ...AFTER, states: ['TASK_STATE_FAILED'] })],
  ['tasks of an owner in some states', (overview) => overview.page({ ...OWNER, ...AFTER, ...STATES })],
  ['tasks of a context', (overview) => overview.page({ ...OWNER, ...AFTER, contextId: 'c' })],
  ['tasks of an owner in a time', (overview) => overview.page({ ...OWNER, statusFrom: 5, statusBefore: 9e12 })],
  ['tasks of an owner with a text', (overview) => overview.page({ ...OWNER, text: 'word' })],
  ['tasks of all owners in a state', (overview) => overview.page({ ...ALL, ...AFTER, states: ['TASK_STATE_FAILED'] })],
  ['tasks of all owners in some states', (overview) => overview.page({ ...ALL, ...AFTER, ...STATES })],
  ['counts of an owner', (overview) => overview.counts('ann', 5)],
  ['counts of all owners', (overview) => overview.counts(undefined, 5)],
  ['conversations of an owner', (overview) => overview.conversations('ann', 2, AFTER.after)],
  ['changes', (overview) => overview.recent(5, 10)],
  ['events of a task', (overview) => overview.events('t', 5, 10)],
  ['the range of events of a task', (overview) => overview.eventRange('t')],
])('%s are found by an index, and read in its order', async (_name, read) => {
  const plans = await plansOf((kysely) => read(new Overview(databaseOf(kysely), synced)));
  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) {
    for (const [index, step] of plan.entries()) {
      expect(step, plan.join('\n')).not.toMatch(/^SCAN (?!page|\d)(?!tasks USING INDEX tasks_open)/);
      // Open tasks, which are few, and merged pages are sorted; and a few groups.
      if (/TEMP B-TREE/.test(step))
        expect(
          step === 'USE TEMP B-TREE FOR GROUP BY' || /^SCAN (page|\d)/.test(plan[index - 1] ?? ''),
          plan.join('\n'),
        ).toBe(true);
    }
  }
});

it('usage is summed from the rows of its time only', async () => {
  for (const owner of [undefined, 'ann']) {
    const range = { owner, from: 5, before: 9e12, zoneMinutes: 60 };
    const [first] = await plansOf((kysely) => new UsageStore(databaseOf(kysely)).byDay(range));
    expect(first).toHaveLength(1);
    expect(first?.[0]).toMatch(owner ? /turn_usage_by_owner \(owner=\? AND at>/ : /turn_usage_by_time \(at>/);
  }
});
