import { Role, type Task } from '@a2a-js/sdk';
import type { TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import {
  answerOf,
  BINDINGS,
  connect,
  data,
  failureOf,
  getTask,
  send,
  sending,
  stateOf,
  textOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { engineAdapter } from '../../support/engine-adapter.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

const CHOICES = [
  { id: 'yes', label: 'Allow it' },
  { id: 'no', label: 'Refuse it' },
];

it.each(BINDINGS)('a question is asked and answered within one task, on $binding $version', async (binding) => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
  const client = await connect(runtime.url, binding);
  const asked = await send(client, play({ say: 'Well. ' }, { ask: 'Which colour?' }));
  expect(stateOf(asked)).toBe('input_required');
  expect(textOf(asked.status?.message?.parts ?? [])).toContain('Which colour?');
  const answered = await send(client, 'blue', { taskId: asked.id });
  expect(answered.id).toBe(asked.id);
  expect(stateOf(answered)).toBe('completed');
  expect(answerOf(answered)).toBe('Well. |answered: blue');
  const { turn } = turns[1] ?? {};
  expect(turn).toMatchObject({ kind: 'answer', requestId: 'question-1', text: 'blue', contextId: asked.contextId });
});

it.each([
  { name: 'the id of a choice', text: 'yes', choice: 'yes' },
  { name: 'a label, however it is written', text: ' allow IT \n', choice: 'yes' },
  { name: 'a data part that names the choice', part: data({ choice: 'no' }), choice: 'no' },
  { name: 'a data part that names none of them', part: data({ choice: 'maybe' }), choice: undefined },
  { name: 'something else', text: 'yes, but only once', choice: undefined },
])('an answer names its choice by $name', async ({ text = '', part, choice }) => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'May I?', choices: CHOICES }));
  await send(client, text, { taskId: asked.id, ...(part && { parts: [part] }) });
  const turn = turns[1]?.turn;
  expect(turn?.kind === 'answer' && turn.choice).toBe(choice ?? (turn?.kind === 'answer' ? undefined : false));
});

it.each([
  { name: 'alone', value: { requestId: 'first', choice: 'yes' } },
  { name: 'in a list', value: { answers: [{ requestId: 'first', approved: true }] } },
])('an answer that names an earlier request, $name, never decides the open one', async ({ value }) => {
  const asking = (requestId: string): TurnEvent => {
    return { type: 'input-required', requestId, request: 'approval', prompt: `May I ${requestId}?`, choices: CHOICES };
  };
  const adapter = engineAdapter(async function* (turn) {
    if (turn.kind === 'message') yield asking('first');
    else if (turn.kind === 'answer' && turn.requestId === 'first') yield asking('second');
    else yield { type: 'finish', text: turn.kind === 'answer' ? `${turn.requestId}: ${turn.choice}` : turn.kind };
  });
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const { id: taskId } = await send(client, 'go');
  const second = await send(client, '', { taskId, parts: [data({ requestId: 'first', choice: 'yes' })] });
  expect(textOf(second.status?.message?.parts ?? [])).toBe('May I second?');
  const { body } = await rpc(runtime.url, 'SendMessage', wireMessage('', { taskId, parts: [{ data: value }] }));
  expect(codeIn(body)).toBe('REQUEST_NOT_OPEN');
  expect(await getTask(client, taskId)).toEqual(second);
  // A text that names no request answers the open one.
  expect(answerOf(await send(client, 'refuse it', { taskId }))).toBe('second: no');
});

it('the data of a question has the possible answers', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const asked = await send(await connect(runtime.url), play({ ask: 'May I?', choices: CHOICES }));
  const details = asked.status?.message?.parts.find(({ content }) => content?.$case === 'data')?.content?.value;
  expect(details).toEqual({ requestId: 'question-1', request: 'question', choices: CHOICES });
});

it('the history has all messages in order, also after a restart', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const text = play({ ask: 'Which colour?' });
  const asked = await send(await connect(runtime.url), text);
  expect(said(asked)).toEqual([`user: ${text}`]);
  await using again = await runtime.restart();
  const client = await connect(again.url);
  expect(stateOf(await getTask(client, asked.id))).toBe('input_required');
  const answered = await send(client, 'blue', { taskId: asked.id });
  const whole = [`user: ${text}`, 'agent: Which colour?', 'user: blue'];
  expect(said(answered)).toEqual(whole);
  expect(said(await getTask(client, asked.id))).toEqual(whole);
  expect(answerOf(answered)).toBe('answered: blue');
});

it('of two simultaneous answers one is accepted, and the other gets TASK_BUSY', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const asked = await send(await connect(runtime.url), play({ ask: 'Which?' }));
  const answers = ['blue', 'red', 'green', 'grey'].map((answer) =>
    rpc(runtime.url, 'SendMessage', wireMessage(answer, { taskId: asked.id })),
  );
  const replies = await Promise.all(answers);
  const refused = replies.filter(({ body }) => body.error !== undefined).map(({ body }) => codeIn(body));
  expect(refused).toHaveLength(3);
  // An answer that arrives after the accepted answer's turn has ended is refused for that reason instead.
  for (const code of refused) expect(['TASK_BUSY', 'TASK_TERMINAL']).toContain(code);
  expect(turns.filter(({ turn }) => turn.kind === 'answer')).toHaveLength(1);
});

it('a stream of the answer shows the question in the history, if the caller asks for history', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const first = await new StreamReader().readAll(client.sendMessageStream(sending(play({ ask: 'Which?' }))));
  expect(stateOf(first.task)).toBe('input_required');
  const second = new StreamReader();
  await second.readAll(client.sendMessageStream(sending('blue', { taskId: first.task.id, historyLength: 10 })));
  expect(stateOf(second.task)).toBe('completed');
  expect(said(second.task).slice(1)).toEqual(['agent: Which?', 'user: blue']);
});

it('a question blocks nothing: a newer message of its context is answered, and withdraws it', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }), { contextId: 'c-1' });
  const elsewhere = await send(client, play({ ask: 'Which?' }), { contextId: 'c-2' });
  expect(answerOf(await send(client, 'meanwhile', { contextId: 'c-1' }))).toBe('echo: meanwhile');
  const withdrawn = await getTask(client, asked.id);
  expect([stateOf(withdrawn), failureOf(withdrawn)]).toEqual(['canceled', 'QUESTION_WITHDRAWN']);
  expect(textOf(withdrawn.status?.message?.parts ?? [])).toContain('took the question back');
  await expect(send(client, 'blue', { taskId: asked.id })).rejects.toThrow(
    /newer message of the conversation withdrew its question/,
  );
  expect(stateOf(await getTask(client, elsewhere.id))).toBe('input_required');
  expect(turns).toHaveLength(3);
});

function said(task: Task): string[] {
  return task.history.map(({ role, parts }) => `${role === Role.ROLE_USER ? 'user' : 'agent'}: ${textOf(parts)}`);
}
