import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, connect, send } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { completedWorkflows, startTemporal } from './support/temporal.js';

const TASKS = 200;
const AT_ONCE = 8;

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('two workspaces on one Temporal: every task runs on its own, once, and is answered', async () => {
  await using red = await DurableWorkspace.create(temporal.address);
  await using blue = await DurableWorkspace.create(temporal.address);
  const answers = await Promise.all([red, blue].map(load));
  for (const [index, workspace] of [red, blue].entries()) {
    expect(answers[index]?.sort()).toEqual(expectedAnswers(workspace.workspaceId).sort());
    const begins = workspace.begins();
    expect(begins).toHaveLength(TASKS);
    expect(new Set(begins.map(({ taskId }) => taskId)).size).toBe(TASKS);
    expect(new Set(begins.map(({ workspaceId }) => workspaceId))).toEqual(new Set([workspace.workspaceId]));
  }
});

async function load(workspace: DurableWorkspace): Promise<string[]> {
  await using runtime = await workspace.start();
  expect(runtime.info.durable.yes).toBe(true);
  const client = await connect(runtime.url);
  const answers: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < TASKS) answers.push(answerOf(await send(client, `${workspace.workspaceId} ${next++}`)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  // Every task is recorded in Temporal, however fast it is answered.
  const all = async () => (await completedWorkflows(temporal, workspace.workspaceId)) === TASKS;
  await until('every workflow has been completed', all, 60_000);
  return answers;
}

function expectedAnswers(workspaceId: string): string[] {
  return Array.from({ length: TASKS }, (_, index) => `echo: ${workspaceId} ${index}`);
}
