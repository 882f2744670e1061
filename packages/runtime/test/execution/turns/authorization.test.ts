import type { TurnEvent } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import {
  answerOf,
  BINDINGS,
  cancelTask,
  connect,
  failureOf,
  getTask,
  send,
  sending,
  stateOf,
  textOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { play, playAdapter, type Step } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { openStream } from '../../support/wire.js';

const event = (value: TurnEvent): Step => ({ event: value });
const SIGN = event({
  type: 'auth-required',
  requestId: 'sign-1',
  prompt: 'Sign in at the mail service.',
  url: 'https://example.com/sign-in',
  service: 'mail',
  scopes: ['read'],
});
const DETAILS = {
  requestId: 'sign-1',
  request: 'auth',
  url: 'https://example.com/sign-in',
  service: 'mail',
  scopes: ['read'],
};

describe.each(BINDINGS)('on $binding $version', (binding) => {
  it('a task waits for an authorization, and continues with the next message', async () => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const steps = play({ say: 'Well. ' }, SIGN);
    const waiting = await send(client, steps);
    expect(stateOf(waiting)).toBe('auth_required');
    const { parts = [] } = waiting.status?.message ?? {};
    expect(textOf(parts)).toBe('Sign in at the mail service.');
    expect(parts[1]?.content?.value).toEqual(DETAILS);
    let events = 0;
    for await (const _ of client.sendMessageStream(sending(steps))) events++;
    expect(events).toBeGreaterThan(1);
    const done = await send(client, 'done', { taskId: waiting.id });
    expect([stateOf(done), answerOf(done)]).toEqual(['completed', 'Well. |answered: done']);
    const answer = turns.find(({ turn }) => turn.kind === 'answer')?.turn;
    expect(answer).toMatchObject({ kind: 'answer', requestId: 'sign-1', text: 'done', contextId: waiting.contextId });
  });

  it('an agent rejects a task with its reason', async () => {
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const steps = play({ say: 'Hm.' }, event({ type: 'reject', reason: 'I do not cook.' }));
    const task = await send(client, steps);
    expect([stateOf(task), textOf(task.status?.message?.parts ?? []), failureOf(task)]).toEqual([
      'rejected',
      'I do not cook.',
      'TASK_REJECTED',
    ]);
    expect(await getTask(client, task.id, 0).then(({ status }) => status)).toEqual(task.status);
    let last: unknown;
    for await (const { payload } of client.sendMessageStream(sending(steps))) {
      if (payload?.$case === 'statusUpdate') last = payload.value.status?.state;
    }
    expect(last).toBe(task.status?.state);
    await expect(send(client, 'please', { taskId: task.id })).rejects.toThrow(/has ended/);
    await expect(cancelTask(client, task.id)).rejects.toThrow(/cannot be canceled/);
  });
});

it('a stream of 0.3 marks a wait for an authorization and a rejection as its last event', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const ends: unknown[] = [];
  for (const step of [SIGN, event({ type: 'reject', reason: 'No.' })]) {
    const message = { kind: 'message', messageId: crypto.randomUUID(), role: 'user' };
    const params = { message: { ...message, parts: [{ kind: 'text', text: play(step) }] } };
    const stream = await openStream(runtime.url, 'message/stream', params, { 'a2a-version': '0.3' });
    let last: unknown;
    for await (const { data } of stream) last = data.result;
    const { final, status } = last as { readonly final: boolean; readonly status: { readonly state: string } };
    ends.push([status.state, final]);
  }
  expect(ends).toEqual([
    ['auth-required', true],
    ['rejected', true],
  ]);
});

it('a newer message of the conversation withdraws the wait for an authorization', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const waiting = await send(client, play(SIGN), { contextId: 'c-1' });
  await send(client, 'something else', { contextId: 'c-1' });
  const withdrawn = await getTask(client, waiting.id);
  expect([stateOf(withdrawn), failureOf(withdrawn)]).toEqual(['canceled', 'QUESTION_WITHDRAWN']);
});
