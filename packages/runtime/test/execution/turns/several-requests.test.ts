import type { Part, Task } from '@a2a-js/sdk';
import type { InputRequest, TurnEvent } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import {
  answerOf,
  BINDINGS,
  cancelTask,
  connect,
  data,
  getTask,
  send,
  sending,
  stateOf,
  text,
  textOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { engineAdapter } from '../../support/engine-adapter.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

const CHOICES = [
  { id: 'yes', label: 'Allow it' },
  { id: 'no', label: 'Refuse it' },
];
const SCHEMA = { type: 'object', properties: { size: { type: 'number' } } };
const FIRST: InputRequest = { requestId: 'a', request: 'approval', prompt: 'May I delete?', choices: CHOICES };
const SECOND: InputRequest = { requestId: 'b', request: 'approval', prompt: 'May I send?', choices: CHOICES };
const THIRD: InputRequest = { requestId: 'c', request: 'question', prompt: 'How large?', schema: SCHEMA };
const ASK: TurnEvent = { type: 'input-required', ...FIRST, also: [SECOND, THIRD] };
const STEPS = play({ say: 'Well. ' }, { event: ASK });

/** The prompts that a task shows, and the ids that it names. */
function openIn({ status }: Task): unknown {
  const parts = status?.message?.parts ?? [];
  const details = parts.find(({ content }) => content?.$case === 'data')?.content?.value as {
    readonly requestId: string;
    readonly requests?: readonly { readonly requestId: string }[];
  };
  return [textOf(parts), (details.requests ?? [details]).map(({ requestId }) => requestId)];
}

const answer = (taskId: string, ...parts: Part[]) => ({ taskId, parts });

describe.each(BINDINGS)('on $binding $version', (binding) => {
  it('several things are asked at once, and answered together', async () => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const asked = await send(client, STEPS);
    expect(stateOf(asked)).toBe('input_required');
    const details = asked.status?.message?.parts[1]?.content?.value;
    expect(details).toEqual({
      requestId: 'a',
      request: 'approval',
      choices: CHOICES,
      requests: [FIRST, SECOND, { ...THIRD, choices: [] }],
    });
    const all = [
      { requestId: 'c', data: { size: 3 } },
      { requestId: 'b', choice: 'no', text: 'Not to everyone.' },
      { requestId: 'a', choice: 'yes' },
    ];
    const done = await send(client, '', answer(asked.id, data({ answers: all })));
    expect([stateOf(done), answerOf(done)]).toEqual(['completed', 'Well. |answered: yes, no, {"size":3}']);
    const { turn } = turns[1] ?? {};
    expect(turn).toMatchObject({ kind: 'answer', requestId: 'a', choice: 'yes' });
    expect(turn?.kind === 'answer' && turn.answers?.map(({ parts: _, messageId: __, ...one }) => one)).toEqual([
      { requestId: 'a', choice: 'yes', text: '' },
      { requestId: 'b', choice: 'no', text: 'Not to everyone.' },
      { requestId: 'c', data: { size: 3 }, text: '' },
    ]);
  });

  it('they are answered one by one, and the task says what is open', async () => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const asked = await send(client, STEPS);
    expect(openIn(asked)).toEqual(['1. May I delete?\n2. May I send?\n3. How large?', ['a', 'b', 'c']]);
    const one = await send(client, '', answer(asked.id, data({ requestId: 'b', choice: 'no' })));
    expect([stateOf(one), openIn(one)]).toEqual(['input_required', ['1. May I delete?\n2. How large?', ['a', 'c']]]);
    expect(await getTask(client, asked.id)).toEqual(one);
    // A text that names no request answers the first one.
    const two = await send(client, 'allow it', { taskId: asked.id });
    expect([stateOf(two), openIn(two)]).toEqual(['input_required', ['How large?', ['c']]]);
    const states: string[] = [];
    for await (const { payload } of client.sendMessageStream(sending('three', answer(asked.id, text('three'))))) {
      if (payload?.$case === 'statusUpdate') states.push(String(payload.value.status?.state));
    }
    const done = await getTask(client, asked.id);
    expect([stateOf(done), answerOf(done)]).toEqual(['completed', 'Well. |answered: yes, no, three']);
    expect(done.history.map(({ role, parts }) => [role, textOf(parts).slice(0, 13)])).toEqual([
      [1, STEPS.slice(0, 13)],
      [2, '1. May I dele'],
      [1, ''],
      [2, '1. May I dele'],
      [1, 'allow it'],
      [2, 'How large?'],
      [1, 'three'],
    ]);
    expect(turns.map(({ turn }) => turn.kind)).toEqual(['message', 'answer']);
  });
});

it('the same answer twice is one, and one that names nothing open is refused', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, STEPS);
  const options = { ...answer(asked.id, data({ requestId: 'b', choice: 'no' })), messageId: 'm-1' };
  const one = await send(client, '', options);
  expect(await send(client, '', options)).toEqual(one);
  for (const requestId of ['b', 'unknown']) {
    const parts = [{ data: { requestId, choice: 'yes' } }];
    const { body } = await rpc(runtime.url, 'SendMessage', wireMessage('', { taskId: asked.id, parts }));
    expect(codeIn(body)).toBe('REQUEST_NOT_OPEN');
  }
  expect(await getTask(client, asked.id)).toEqual(one);
});

it('answers that come at the same time are all kept', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  for (let round = 0; round < 5; round++) {
    const asked = await send(client, STEPS);
    const ids = ['a', 'b', 'c'];
    await Promise.all(
      ids.map((requestId) => send(client, '', answer(asked.id, data({ requestId, text: `to ${requestId}` })))),
    );
    const done = await until('it has ended', async () => {
      const now = await getTask(client, asked.id);
      return stateOf(now) === 'completed' ? now : undefined;
    });
    expect(answerOf(done)).toBe('Well. |answered: to a, to b, to c');
  }
});

it('files of answers that came one by one are all there', async () => {
  const seen: unknown[] = [];
  const adapter = engineAdapter(async function* (turn): AsyncGenerator<TurnEvent> {
    if (turn.kind === 'answer') {
      for (const { parts } of turn.answers ?? []) {
        for (const part of parts) if (part.kind === 'file') seen.push([part.data, part.path === undefined]);
      }
      yield { type: 'finish', text: 'done' };
    } else yield ASK;
  });
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, 'go');
  const file = (value: string): Part => ({
    content: { $case: 'raw', value: Buffer.from(value) },
    mediaType: 'text/plain',
    filename: 'a.txt',
    metadata: undefined,
  });
  for (const requestId of ['a', 'b', 'c']) {
    await send(client, '', answer(asked.id, data({ requestId }), file(`of ${requestId}`)));
  }
  const base64 = (value: string) => Buffer.from(value).toString('base64');
  expect(seen).toEqual(['of a', 'of b', 'of c'].map((value) => [base64(value), false]));
});

it('an engine releases all requests of a task that is canceled', async () => {
  const released: unknown[] = [];
  const { engine } = playAdapter();
  const adapter = engineAdapter({
    runTurn: engine.runTurn,
    async abandon({ requestId, requestIds, reason }) {
      released.push({ requestId, requestIds, reason });
    },
  });
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, STEPS);
  await send(client, '', answer(asked.id, data({ requestId: 'a', choice: 'no' })));
  await cancelTask(client, asked.id);
  await until('it is released', () => released.length > 0);
  expect(released).toEqual([{ requestId: 'b', requestIds: ['b', 'c'], reason: 'canceled' }]);
});
