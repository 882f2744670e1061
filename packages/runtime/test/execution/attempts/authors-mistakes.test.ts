import { type Adapter, EngineError, type TurnEvent } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { answerOf, connect, failureOf, send, stateOf, textOf } from '../../support/a2a-client.js';
import { engineAdapter } from '../../support/engine-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';

const end = { type: 'finish' };
const call = { type: 'tool-call', id: '1', name: 'look', input: {} };
const QUESTION = { requestId: '1', request: 'question', prompt: 'x' };
const ASK = { type: 'input-required', ...QUESTION };
const EXPIRES = { choices: [{ id: 'a', label: 'A' }], expiresAt: '2100-01-01T00:00:00Z' };

/** Invalid events, and the error text for each. */
const EVENTS: readonly (readonly [mistake: string, event: unknown, says: string])[] = [
  ['nothing', undefined, 'event 1 of the turn: an event must be an object, not undefined'],
  ['a bare text', 'hello', 'an event must be an object, not a string'],
  ['no type', { text: 'hello' }, 'an event must have a type of the contract: a string, not undefined'],
  ['an underscore', { type: 'text_delta', text: 'x' }, 'not "text_delta" (did you mean "text-delta"?)'],
  ['camel case', { type: 'toolCall', id: '1' }, 'not "toolCall" (did you mean "tool-call"?)'],
  ['a typing error', { type: 'finsh' }, 'not "finsh" (did you mean "finish"?)'],
  ["another framework's event", { type: 'content_block_start' }, 'not "content_block_start"'],
  ['a very long type', { type: '😀'.repeat(1_000) }, `not "${'😀'.repeat(40)}"`],
  [
    'undefined text',
    { type: 'text-delta', text: undefined },
    'a text-delta must have a text: it must be a string, not undefined',
  ],
  [
    'text under another name',
    { type: 'text-delta', delta: 'x' },
    'must be a string, not undefined, though it has "delta"',
  ],
  ['an object as text', { type: 'text-delta', text: { value: 'x' } }, 'must be a string, not an object'],
  ['a list as text', { type: 'reasoning-delta', text: ['x'] }, 'must be a string, not a list'],
  ['a promise as text', { type: 'text-delta', text: Promise.resolve('x') }, 'must be a string, not a Promise'],
  ['an unknown field', { type: 'text-delta', text: 'x', role: 'ai' }, 'a text-delta may have text, and not "role"'],
  [
    'an unknown field for the answer',
    { type: 'finish', content: 'x' },
    'a finish may have text, reason, message, reply, and not "content"',
  ],
  ['a number as answer', { type: 'finish', text: 42 }, 'a finish must have a text: it must be a string, not a number'],
  [
    'an unlisted reason',
    { type: 'finish', reason: 'max_tokens' },
    'it must be one of stop, length, content-filter, refusal, tool-limit',
  ],
  ['a tool call without an id', { ...call, id: '' }, 'a tool-call must have an id: it must not be empty'],
  [
    'a tool call without a name',
    { type: 'tool-call', id: '1', input: {} },
    'a tool-call must have a name: it must be a string',
  ],
  ['a tool call without its input', { type: 'tool-call', id: '1', name: 'x', args: {} }, 'though it has "args"'],
  [
    'a date as input',
    { ...call, input: { at: new Date(0) } },
    'must survive JSON, for it is stored: input.at is a Date',
  ],
  ['a number that is NaN', { ...call, input: [1, Number.NaN] }, 'input[1] is NaN'],
  ['a function as input', { ...call, input: { run: () => 1 } }, 'input.run is a function'],
  [
    'a result without ok',
    { type: 'tool-result', id: '1', output: 'x' },
    'a tool-result must have an ok: it must be true or false',
  ],
  [
    'progress without a message',
    { type: 'tool-progress', id: '1', progress: 5 },
    'a tool-progress must have a message',
  ],
  ['a file without data and url', { type: 'file', file: { kind: 'file' } }, 'it must have data or a url, not both'],
  [
    'a file as bytes',
    { type: 'file', file: { kind: 'file', data: Buffer.from('x') } },
    'must have data in base64, not a Buffer',
  ],
  ['bad base64', { type: 'file', file: { kind: 'file', data: 'no base64!' } }, 'must have data in base64 (letters'],
  [
    'a data URL',
    { type: 'file', file: { kind: 'file', data: 'data:text/plain;base64,eA==' } },
    'without a "data:...;base64," before it',
  ],
  ['a relative url', { type: 'file', file: { kind: 'file', url: 'a.png' } }, 'must have a url that is absolute'],
  ['a file that is not a part', { type: 'file', file: { data: 'eA==' } }, "must be a part of kind 'file'"],
  ['half a token', { type: 'usage', inputTokens: 0.5, outputTokens: 1 }, 'must count whole tokens, from 0'],
  [
    'tokens as text',
    { type: 'usage', inputTokens: '10', outputTokens: 1 },
    'must count whole tokens, from 0, not a string',
  ],
  [
    'an invalid price',
    { type: 'usage', inputTokens: 1, outputTokens: 1, costUsd: Number.NaN },
    'must be US dollars, from 0, not NaN',
  ],
  ['a retry for an unknown reason', { type: 'retry', reason: 'bored' }, 'it must be an engine error code (auth,'],
  [
    'a question without an id',
    { type: 'input-required', request: 'question', prompt: 'x' },
    'an input-required must have a requestId',
  ],
  [
    'a question without a kind',
    { type: 'input-required', requestId: '1', request: 'ask', prompt: 'x' },
    'it must be one of approval, question',
  ],
  [
    'a question without a prompt',
    { type: 'input-required', requestId: '1', request: 'question', prompt: '' },
    'must have a prompt: it must not be empty',
  ],
  [
    'one choice twice',
    {
      type: 'input-required',
      requestId: '1',
      request: 'question',
      prompt: 'x',
      choices: [
        { id: 'a', label: 'A' },
        { id: 'a', label: 'B' },
      ],
    },
    'it must have different ids',
  ],
  ['one request twice', { ...ASK, also: [QUESTION] }, 'the requests of an event must have different ids'],
  ['an answer that never counts', { ...ASK, otherwise: { text: 'no' } }, 'otherwise must have expiresAt'],
  [
    'a choice that is not offered',
    { ...ASK, also: [{ ...QUESTION, requestId: '2', ...EXPIRES, otherwise: { choice: 'c' } }] },
    'the choice of otherwise must be the id of one of the choices',
  ],
];

describe('an invalid event ends the turn with a code, the adapter and the place', () => {
  it.each(EVENTS)('%s', async (_mistake, event, says) => {
    const asked: number[] = [];
    const adapter = engineAdapter(async function* ({ attempt }) {
      asked.push(attempt);
      yield event as TurnEvent;
      yield end as TurnEvent;
    });
    await using runtime = await startTestRuntime({ adapter });
    const task = await send(await connect(runtime.url), 'hello');
    const told = textOf(task.status?.message?.parts ?? []);
    expect([stateOf(task), failureOf(task)]).toEqual(['failed', 'ADAPTER_CONTRACT_BROKEN']);
    expect(told).toContain(says);
    expect(told).toContain('adapter "play", event 1 of the turn');
    expect(asked).toEqual([1]);
  });
});

type RunTurn = () => unknown;

/** Turns that break a rule as a whole. */
const TURNS: readonly (readonly [mistake: string, runTurn: RunTurn, says: string])[] = [
  [
    'a promise in place of a generator',
    async () => 'hello',
    'write it as "async *runTurn(turn, controls)"), not a Promise',
  ],
  ['nothing at all', () => undefined, 'runTurn must give an async iterable'],
  ['a list', () => [end], 'not a list'],
  [
    'a generator that is not async',
    function* () {
      yield end;
    },
    'runTurn must give an async iterable',
  ],
  [
    'two ends',
    async function* () {
      yield { type: 'text-delta', text: 'x' };
      yield end;
      yield end;
    },
    'exactly one last event, and finish comes after finish',
  ],
  [
    'an event after the end',
    async function* () {
      yield end;
      yield { type: 'text-delta', text: 'x' };
    },
    'event 2 of the turn: nothing may follow finish',
  ],
  [
    'an unlisted error code',
    async function* () {
      yield { type: 'started' };
      throw new EngineError('oops' as never, 'x');
    },
    'an error that the turn throws: an EngineError must have a listed code',
  ],
  [
    'a stack in the message of an error',
    async function* () {
      yield { type: 'started' };
      throw new EngineError('auth', 'x\n    at secret (/home/me/a.js:1:1)');
    },
    'no stack in it',
  ],
];

describe('a turn that breaks a rule as a whole is reported', () => {
  it.each(TURNS)('%s', async (_mistake, runTurn, says) => {
    await using runtime = await startTestRuntime({ adapter: engineAdapter(runTurn as never) });
    const task = await send(await connect(runtime.url), 'hello');
    expect([stateOf(task), failureOf(task)]).toEqual(['failed', 'ADAPTER_CONTRACT_BROKEN']);
    const told = textOf(task.status?.message?.parts ?? []);
    expect(told).toContain(says);
    expect(told).not.toContain('/home/me');
  });
});

it('the invalid event is in the log, and only there', async () => {
  const { logger, lines } = recordingLogger();
  const adapter = engineAdapter(async function* () {
    yield { type: 'text', secret: 'sk-12345' } as never;
  });
  await using runtime = await startTestRuntime({ adapter, logger });
  const task = await send(await connect(runtime.url), 'hello');
  expect(JSON.stringify(task)).not.toContain('sk-12345');
  expect(lines.map(({ fields }) => String(fields['error'])).join('\n')).toContain('sk-12345');
});

it('an engine that cleans up slowly or throws after its last event loses nothing', async () => {
  const adapter = engineAdapter(async function* ({ messageId }) {
    yield { type: 'finish', text: 'done' };
    if (messageId === 'throws') throw new Error('too late');
    await new Promise((resolve) => setTimeout(resolve, 80));
  });
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  for (const messageId of ['sleeps', 'throws']) {
    expect(answerOf(await send(client, 'hello', { messageId }))).toBe('done');
  }
});

/** Adapters without a valid engine. */
const STARTS: readonly (readonly [mistake: string, createEngine: () => unknown, code: string, says: RegExp])[] = [
  [
    'throws',
    () => {
      throw new Error('no such database');
    },
    'ENGINE_START_FAILED',
    /could not be created: no such database[\s\S]*adapter: {4}play[\s\S]*authors-mistakes\.test\.ts:\d+/,
  ],
  [
    'rejects',
    async () => {
      throw new Error('no such database');
    },
    'ENGINE_START_FAILED',
    /no such database/,
  ],
  [
    'throws a text',
    () => {
      throw 'oops';
    },
    'ENGINE_START_FAILED',
    /could not be created: oops/,
  ],
  ['returns nothing', () => undefined, 'ENGINE_INVALID', /an object with runTurn, not undefined/],
  ['returns nothing later', async () => {}, 'ENGINE_INVALID', /not undefined/],
  ['returns a text', () => 'engine', 'ENGINE_INVALID', /not a string/],
  [
    'has no runTurn',
    () => ({ check: async () => ({ ok: true, detail: '' }) }),
    'ENGINE_INVALID',
    /must have a method runTurn; this one has check/,
  ],
  ['has a method with another name', () => ({ run() {} }), 'ENGINE_INVALID', /did you mean its "run"\?/],
  [
    'has a method with a similar name',
    () =>
      new (class {
        async *runturn() {}
      })(),
    'ENGINE_INVALID',
    /did you mean its "runturn"\?/,
  ],
  ['has a runTurn that is not a method', () => ({ runTurn: 'x' }), 'ENGINE_INVALID', /must be a method, not a string/],
  [
    'has a check that is not a function',
    () => ({ runTurn() {}, check: true }),
    'ENGINE_INVALID',
    /check must be a method when it is there, not a boolean/,
  ],
  [
    'never returns',
    () => new Promise(() => {}),
    'ENGINE_START_TIMEOUT',
    /did not return, and logged nothing, for 300 milliseconds[\s\S]*adapter: {4}play/,
  ],
];

describe('an adapter without an engine fails the start with a code', () => {
  it.each(STARTS)('%s', async (_mistake, createEngine, code, says) => {
    const adapter = { ...engineAdapter(async function* () {}), createEngine } as Adapter;
    const environment = { MOLECULE_ENGINE_START_TIMEOUT: '300ms' };
    const failed = await startTestRuntime({ adapter, environment }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code, message: expect.stringMatching(says) });
  });
});

it('an engine may start slowly while it logs its progress', async () => {
  const adapter: Adapter = {
    ...engineAdapter(async function* () {}),
    async createEngine({ logger }) {
      for (let step = 1; step <= 5; step++) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        logger.child({ step }).info('installing');
      }
      return {
        async *runTurn() {
          yield { type: 'finish', text: 'ready' };
        },
      };
    },
  };
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_ENGINE_START_TIMEOUT: '600ms' } });
  expect(answerOf(await send(await connect(runtime.url), 'hello'))).toBe('ready');
});
