import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { failureOf, stateOf } from '../../support/a2a-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { addTask, claim, existing, openStoreIn } from '../log/open-log.js';

it.each([
  { repeatableTurns: false, state: 'failed', failure: 'INTERNAL' },
  { repeatableTurns: true, state: 'completed', failure: undefined },
])(
  'a turn that a living process has claimed but does not run is ended ($state)',
  async ({ repeatableTurns, state, failure }) => {
    const { adapter } = playAdapter({ repeatableTurns });
    await using runtime = await startTestRuntime({ adapter });
    const { stateDir } = runtime.info;
    const [lock = ''] = await readdir(join(stateDir, 'boots'));
    await using beside = await openStoreIn(stateDir);
    const { log } = beside;
    const { taskId } = await addTask(log);
    await claim(log, await existing(log, taskId), lock.replace('.lock', ''));
    await until('it is over', async () => stateOf((await existing(log, taskId)).task) === state, 15_000);
    expect(failureOf((await existing(log, taskId)).task)).toBe(failure);
  },
);
