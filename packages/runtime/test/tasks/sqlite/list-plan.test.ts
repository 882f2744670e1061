import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { OperatorView, type TaskFilter, type TaskSummary } from '../../../src/tasks/log/operator-view.js';
import type { TaskLogSchema } from '../../../src/tasks/log/schema.js';
import { type ListQuery, listIds } from '../../../src/tasks/log/task-list.js';
import type { Database } from '../../../src/tasks/storage/database.js';
import { plansOf } from './plans.js';

const OWNER = { owner: 'ann', pageSize: 2 };
const AFTER = { after: { statusAt: 9e12, taskId: 'x' } };
const WHOLE = { parts: { history: true, artifacts: true }, mostBytes: 1_000 };

it.each<readonly [string, ListQuery]>([
  ['of an owner', OWNER],
  ['of an owner, a later page', { ...OWNER, ...AFTER, ...WHOLE }],
  ['of a context', { ...OWNER, ...AFTER, contextId: 'c-1' }],
  ['in a state', { ...OWNER, ...AFTER, state: TaskState.TASK_STATE_SUBMITTED }],
  ['since a time', { ...OWNER, ...AFTER, statusAfter: 5 }],
])(
  'the tasks %s are listed in the order of an index: nothing is sorted, and no table is searched from end to end',
  async (_name, query) => {
    const plans = await plansOf((kysely) => listIds(kysely, query));
    expect(plans.length).toBeGreaterThan(2);
    for (const step of plans.flat()) expect(step).not.toMatch(/^SCAN|TEMP B-TREE/);
  },
);

/** Few tasks are open. */
const SORTED = /^SCAN (ended|unfinished|tasks USING INDEX tasks_open)$/;
const LAST = { id: 'x', statusAt: 9e12 } as TaskSummary;

it.each<readonly [string, TaskFilter, TaskSummary | undefined]>([
  ['all', {}, undefined],
  ['all, a later page', {}, LAST],
  ['those of a state', { state: TaskState.TASK_STATE_COMPLETED }, LAST],
  ['those of an owner in a state', { owner: 'ann', state: TaskState.TASK_STATE_SUBMITTED }, LAST],
  ['those of a context', { contextId: 'c-1' }, LAST],
  ['those of a time', { statusFrom: 5, statusBefore: 9e12 }, LAST],
])(
  'the operator lists %s in the order of an index: only open tasks, tasks of one moment, and pages, are sorted',
  async (_name, filter, last) => {
    const plans = await plansOf((kysely) => {
      const database = { read: (work) => work(kysely) } as Partial<Database<TaskLogSchema>>;
      return new OperatorView(database as Database<TaskLogSchema>).tasks(filter, 2, last);
    });
    expect(plans).toHaveLength(1);
    for (const [index, step] of plans.flat().entries()) {
      expect(step).not.toMatch(/^SCAN tasks$/);
      if (step === 'USE TEMP B-TREE FOR ORDER BY') expect(plans.flat()[index - 1]).toMatch(SORTED);
    }
  },
);
