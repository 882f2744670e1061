import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as loop } from 'node:timers/promises';
import type { Turn, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { begin, connect } from '../../support/a2a-client.js';
import { engineAdapter } from '../../support/engine-adapter.js';
import { Gates } from '../../support/gates.js';
import { workspaceDirectory } from '../../support/host-process.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { claim, existing, newTask, openStoreIn } from '../../tasks/log/open-log.js';

const UNFINISHED = 300;
const MOST = 10;
const TOKENS = { ann: 'ann-token-0123456789', bob: 'bob-token-0123456789', eve: 'eve-token-0123456789' };

it('a restart with 300 unfinished turns runs 10 at once, the oldest first, in turn between owners and with new messages', async () => {
  await using workspace = await workspaceDirectory();
  const stateDir = join(workspace.path, '.molecule');
  await mkdir(stateDir, { recursive: true });
  const before = await openStoreIn(stateDir);
  const left = await leaveUnfinished(before.log);
  await before[Symbol.asyncDispose]();

  const begun: string[] = [];
  const gates = new Gates();
  let running = 0;
  let peak = 0;
  async function* runTurn({ taskId }: Turn, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<TurnEvent> {
    begun.push(taskId);
    peak = Math.max(peak, ++running);
    try {
      await gates.passed('go', signal);
      await loop();
      yield { type: 'finish', text: 'done' };
    } finally {
      running--;
    }
  }
  await using runtime = await startTestRuntime({
    adapter: { ...engineAdapter(runTurn), repeatableTurns: true },
    directory: workspace.path,
    environment: {
      MOLECULE_TOKENS: Object.entries(TOKENS)
        .map(([owner, token]) => `${owner}:${token}`)
        .join(','),
      MOLECULE_MAX_TURNS: String(MOST),
      MOLECULE_MAX_QUEUE: String(2 * UNFINISHED),
    },
  });
  await until('the slots are taken', () => begun.length === MOST);
  const added = await begin(await connect(runtime.url, { token: TOKENS.eve }), 'new');
  gates.open('go');
  await until('all have begun', () => begun.length === UNFINISHED + 1, 30_000);
  await until('all have ended', () => running === 0);
  expect(peak).toBe(MOST);
  // In order of arrival it would be the last. Its directory is made first, so some turns that got their slots later begin earlier.
  expect(begun.indexOf(added.id)).toBeLessThan(UNFINISHED / 2);
  for (const owner of ['ann', 'bob']) {
    const own = left.filter((task) => task.owner === owner).map(({ taskId }) => taskId);
    const order = begun.filter((taskId) => own.includes(taskId)).map((taskId) => own.indexOf(taskId));
    // Turns that have their slots at the same time may call the engine in another order.
    for (const [position, age] of order.entries()) expect(Math.abs(position - age)).toBeLessThan(MOST);
  }
  for (const { taskId } of left) expect(new Set(begun)).toContain(taskId);
  await using after = await openStoreIn(stateDir);
  await until('all are stored', async () => (await after.log.read.unfinishedClaims()).length === 0);
});

/** Tasks of two owners, the oldest first. A process that has ended had begun every third. */
async function leaveUnfinished(log: TaskLog): Promise<readonly { readonly owner: string; readonly taskId: string }[]> {
  const left: { readonly owner: string; readonly taskId: string }[] = [];
  for (let index = 0; index < UNFINISHED; index++) {
    const owner = index % 2 === 0 ? 'ann' : 'bob';
    const taskId = crypto.randomUUID();
    const { task, input, key } = newTask(taskId);
    const contextId = `context-${index}`;
    await log.create({
      task: { ...task, contextId },
      input: { ...input, contextId },
      key: { ...key, owner },
      runner: 'ended-boot',
    });
    if (index % 3 === 0) await claim(log, await existing(log, taskId), 'ended-boot');
    left.push({ owner, taskId });
    const at = Date.now();
    await until('the next task is younger', () => Date.now() > at);
  }
  return left;
}
