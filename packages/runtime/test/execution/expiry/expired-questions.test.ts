import type { Task } from '@a2a-js/sdk';
import type { InputRequest, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { answerOf, connect, data, failureOf, getTask, send, stateOf, textOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const CHOICES = [
  { id: 'yes', label: 'Allow it' },
  { id: 'no', label: 'Refuse it' },
];

const soon = (ms = 0) => new Date(Date.now() + ms).toISOString();
const asking = (first: InputRequest, ...also: InputRequest[]) =>
  play({ event: { type: 'input-required', ...first, also } satisfies TurnEvent });
const approval = (requestId: string, more: Partial<InputRequest> = {}): InputRequest => ({
  requestId,
  request: 'approval',
  prompt: `May I ${requestId}?`,
  choices: CHOICES,
  ...more,
});

async function inState(client: Awaited<ReturnType<typeof connect>>, taskId: string, state: string): Promise<Task> {
  return until(`the task is ${state}`, async () => {
    const task = await getTask(client, taskId);
    return stateOf(task) === state ? task : undefined;
  });
}

it('a question that nobody answers in time is answered as its engine has said', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const expiring = { expiresAt: soon(), otherwise: { choice: 'no' } };
  const asked = await send(client, asking(approval('send', expiring)));
  const details = asked.status?.message?.parts[1]?.content?.value;
  expect(details).toMatchObject({ requestId: 'send', ...expiring });
  const done = await inState(client, asked.id, 'completed');
  expect(answerOf(done)).toBe('answered: no');
  const turn = turns[1]?.turn;
  expect(turn).toMatchObject({ kind: 'answer', requestId: 'send', choice: 'no', text: 'Refuse it', expired: true });
  expect(turn?.kind === 'answer' && turn.answers?.[0]?.expired).toBe(true);
});

it('a task whose question has no such answer fails', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, asking(approval('send', { expiresAt: soon() })));
  const failed = await inState(client, asked.id, 'failed');
  expect(failureOf(failed)).toBe('QUESTION_EXPIRED');
});

it('of several requests one may expire while others wait, and an answer in time counts', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(
    client,
    asking(
      approval('send', { expiresAt: soon(), otherwise: { choice: 'no' } }),
      approval('delete'),
      approval('print', { expiresAt: soon(600_000), otherwise: { choice: 'no' } }),
    ),
  );
  const rest = await until('one has expired', async () => {
    const now = await getTask(client, asked.id);
    return textOf(now.status?.message?.parts ?? []).includes('send') ? undefined : now;
  });
  expect([stateOf(rest), textOf(rest.status?.message?.parts ?? [])]).toEqual([
    'input_required',
    '1. May I delete?\n2. May I print?',
  ]);
  const answers = ['delete', 'print'].map((requestId) => ({ requestId, choice: 'yes' }));
  const done = await send(client, '', { taskId: asked.id, parts: [data({ answers })] });
  expect(answerOf(done)).toBe('answered: no, yes, yes');
});
