import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, begin, connect, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { plan, words } from './support/ledger-adapter.js';
import { settled } from './support/settled.js';
import { openWorkflows, startTemporal } from './support/temporal.js';

const TASKS = 20;

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('after SIGTERM with 20 running tasks and a new process, no task is lost, and none runs twice at once', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address, { MOLECULE_SHUTDOWN_GRACE: '5s' });
  await using before = await workspace.startProcess();
  const first = await connect(before.url);
  const [inTime, gate] = [workspace.file('in-time'), workspace.file('gate')];
  // Every second task ends within the grace period.
  const texts = Array.from({ length: TASKS }, (_, index) =>
    index % 2 === 0 ? plan({ words: 10, untilFile: inTime }) : plan({ words: 3, untilFile: gate }),
  );
  const tasks = await Promise.all(texts.map((text) => begin(first, text)));
  await until('all have begun', () => workspace.begins().length === TASKS);
  const stopped = before.kill('SIGTERM');
  await workspace.release(inTime);
  expect(await stopped).toBe(0);

  await using after = await workspace.startProcess();
  const second = await connect(after.url);
  const handedOver = tasks.filter((_, index) => index % 2 === 1);
  await until('what was handed over runs again', () => handedOver.every(({ id }) => workspace.begins(id).length === 2));
  await workspace.release(gate);
  for (const [index, { id }] of tasks.entries()) {
    const task = await settled(second, id);
    expect([stateOf(task), answerOf(task)]).toEqual(['completed', words(index % 2 === 0 ? 10 : 3)]);
    const lines = workspace.lines(id).map(({ event, pid, reason }) => [event, pid, reason]);
    const [own, next] = [before.pid, after.pid];
    const whole = [
      ['begin', own, undefined],
      ['end', own, undefined],
    ];
    const split = [
      ['begin', own, undefined],
      ['end', own, 'shutdown'],
      ['begin', next, undefined],
      ['end', next, undefined],
    ];
    expect(lines).toEqual(index % 2 === 0 ? whole : split);
  }
  // Words that were produced before the stop are not produced again.
  for (const { id } of handedOver)
    expect(workspace.begins(id)[1]).toMatchObject({ kind: 'continue', attempt: 2, from: 3 });
  await until('no workflow is left', async () => (await openWorkflows(temporal, workspace.workspaceId)) === 0);
});
