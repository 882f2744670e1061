import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TaskLog } from '../../src/task-log/task-log.js';
import { failureOf, stateOf } from '../support/a2a-client.js';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { addTask, claim, existing } from '../task-log/open-log.js';

it.each([
  { repeatableTurns: false, state: 'failed', failure: 'INTERNAL' },
  { repeatableTurns: true, state: 'completed', failure: undefined },
])(
  'a turn that a living process claimed and does not run is ended ($state)',
  async ({ repeatableTurns, state, failure }) => {
    const { adapter } = playAdapter({ repeatableTurns });
    await using runtime = await startTestRuntime({ adapter });
    const { stateDir } = runtime.info;
    const [lock = ''] = await readdir(join(stateDir, 'boots'));
    const log = await TaskLog.open(join(stateDir, 'tasks.db'));
    const { taskId } = await addTask(log);
    await claim(log, await existing(log, taskId), lock.replace('.lock', ''));
    await until('it is over', async () => stateOf((await existing(log, taskId)).task) === state, 15_000);
    expect(failureOf((await existing(log, taskId)).task)).toBe(failure);
    await log.close();
  },
);
