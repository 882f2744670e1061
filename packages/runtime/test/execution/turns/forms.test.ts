import type { Client } from '@a2a-js/sdk/client';
import type { InputRequest, JsonObject, JsonValue } from '@molecule/adapters';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, BINDINGS, connect, data, getTask, send, stateOf, WITH_GRPC } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: { size: { type: 'integer', minimum: 1 }, color: { enum: ['red', 'blue'] } },
  required: ['size'],
  additionalProperties: false,
};

const { adapter } = playAdapter();
const { logger, lines } = recordingLogger();
let runtime: TestRuntime;
let client: Client;
beforeAll(async () => {
  runtime = await startTestRuntime({ adapter, environment: WITH_GRPC, logger });
  client = await connect(runtime.url);
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** A message that makes the engine ask for forms, with the ids form-1, form-2 and so on. */
function askFor(...schemas: readonly JsonObject[]): string {
  const [first, ...also] = schemas.map((schema, index): InputRequest => {
    return { requestId: `form-${index + 1}`, request: 'question', prompt: 'How?', schema };
  }) as [InputRequest, ...InputRequest[]];
  return play({ event: { type: 'input-required', ...first, also } });
}

const filled = (taskId: string, value: JsonValue) => ({ taskId, parts: [data(value)] });

/** The code and the text of the refusal. */
async function refusal(taskId: string, value: JsonValue): Promise<readonly [code: unknown, text: string]> {
  const { body } = await rpc(runtime.url, 'SendMessage', wireMessage('', { taskId, parts: [{ data: value }] }));
  return [codeIn(body), body.error?.message ?? 'It was taken.'];
}

it.each(BINDINGS)(
  'a wrong answer is refused on $binding $version, and the task waits for a right one',
  async (binding) => {
    const caller = await connect(runtime.url, binding);
    const asked = await send(caller, askFor(SCHEMA));
    const wrong = send(caller, '', filled(asked.id, { requestId: 'form-1', data: { size: '3' } }));
    await expect(wrong).rejects.toThrow('/size of the answer to form-1 must be integer, and is "3"');
    expect(await getTask(caller, asked.id)).toEqual(asked);
    const done = await send(caller, '', filled(asked.id, { size: 3, color: 'red' }));
    expect([stateOf(done), answerOf(done)]).toEqual(['completed', 'answered: {"size":3,"color":"red"}']);
  },
);

it('the refusal says what was wanted, what was found, and where', async () => {
  const { id } = await send(client, askFor(SCHEMA));
  const [code, text] = await refusal(id, { color: 'green', weight: 2 });
  expect(code).toBe('FORM_ANSWER_INVALID');
  expect(text).toContain("the data of the answer to form-1 must have required property 'size';");
  expect(text).toContain('must NOT have additional properties: "weight";');
  expect(text).toContain('must be equal to one of the allowed values: ["red","blue"], and is "green"');
  const [, cut] = await refusal(id, { size: 'x'.repeat(10_000) });
  expect(cut).toMatch(/must be integer, and is "x{99}\.\.\./);
});

it('answers that come together are all checked, and none is taken if one is wrong', async () => {
  const asked = await send(client, askFor(SCHEMA, { type: 'array', items: { type: 'string' } }));
  const first = { requestId: 'form-1', data: { size: 3 } };
  const both = { answers: [first, { requestId: 'form-2', data: ['a', 2] }] };
  expect(await refusal(asked.id, both)).toEqual([
    'FORM_ANSWER_INVALID',
    expect.stringContaining('/1 of the answer to form-2 must be string, and is 2'),
  ]);
  const [code] = await refusal(asked.id, { requestId: 'form-2', data: 'a' });
  expect(code).toBe('FORM_ANSWER_INVALID');
  expect(await getTask(client, asked.id)).toEqual(asked);
  await send(client, '', filled(asked.id, { requestId: 'form-2', data: ['a'] }));
  expect(answerOf(await send(client, '', filled(asked.id, first)))).toBe('answered: {"size":3}, ["a"]');
});

it('a text is passed on: the engine asks again if it needs data', async () => {
  const { id } = await send(client, askFor(SCHEMA));
  expect(answerOf(await send(client, 'about three', { taskId: id }))).toBe('answered: about three');
});

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';

it.each<[name: string, schema: JsonObject, right: JsonValue, wrong: JsonValue]>([
  ['of draft-07', { $schema: DRAFT_07, items: [{ type: 'string' }] }, ['a'], [1]],
  ['of 2020-12', { $schema: DRAFT_2020, prefixItems: [{ type: 'string' }] }, ['a'], [1]],
  ['that refers to its own definitions', { $ref: '#/$defs/a', $defs: { a: { type: 'number' } } }, 1, 'a'],
  ['with words that JSON Schema does not have', { type: 'number', 'x-order': 1 }, 1, 'a'],
])('a schema %s is used', async (_name, schema, right, wrong) => {
  const { id } = await send(client, askFor(schema));
  expect(await refusal(id, { requestId: 'form-1', data: wrong })).toContain('FORM_ANSWER_INVALID');
  const done = await send(client, '', filled(id, { requestId: 'form-1', data: right }));
  expect(answerOf(done)).toBe(`answered: ${JSON.stringify(right)}`);
});

it.each<[name: string, schema: JsonObject, cause: string]>([
  ['refers to an address', { $ref: 'http://127.0.0.1:9/schema.json' }, "can't resolve reference"],
  ['is larger than 64 KiB', { type: 'string', description: 'x'.repeat(70_000) }, 'at most 65536 are used'],
  ['is none', { type: 'nonsense' }, 'schema is invalid'],
  ['has an unknown dialect', { $schema: 'https://example.com/dialect', type: 'string' }, 'example.com/dialect'],
  ['is asynchronous', { $async: true, type: 'string' }, '$async'],
])('an answer is not checked if the schema %s, and the log says so', async (_name, schema, cause) => {
  const { id } = await send(client, askFor(schema));
  expect(answerOf(await send(client, '', filled(id, { size: 3 })))).toBe('answered: {"size":3}');
  const warning = lines.find(
    ({ message, fields }) => message.startsWith('an answer was not checked') && fields['taskId'] === id,
  );
  expect(warning).toMatchObject({
    level: 'warn',
    fields: { requestId: 'form-1', cause: expect.stringContaining(cause) },
  });
});

it('a schema that refers to itself without end takes no data', async () => {
  const { id } = await send(client, askFor({ $ref: '#' }));
  expect(await refusal(id, { size: 3 })).toEqual(['FORM_NOT_CHECKED', expect.stringContaining('call stack')]);
});
