import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PlayAdapter, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn, wireMessage } from '../../support/wire.js';
import { LEGACY, legacyMessage, postJson, protoMessage } from './wire-requests.js';

let played: PlayAdapter;
let runtime: TestRuntime;
beforeAll(async () => {
  played = playAdapter();
  runtime = await startTestRuntime({ adapter: played.adapter });
});
afterAll(() => runtime[Symbol.asyncDispose]());
beforeEach(() => {
  played.turns.splice(0);
});

function rpc(method: string, params: unknown): object {
  return { jsonrpc: '2.0', id: 1, method, params };
}

function lastTurn() {
  const turn = played.turns.at(-1)?.turn;
  if (turn?.kind !== 'message') throw new Error('No message has reached the engine.');
  return turn;
}

describe('metadata and history of a request', () => {
  it('reach the engine, and a key of the message overrides that of the request', async () => {
    const metadata = { source: 'canvas', both: 'request', deep: { a: [1] } };
    const message = { metadata: { both: 'message', mine: true } };
    const wanted = { source: 'canvas', both: 'message', deep: { a: [1] }, mine: true };
    await postJson(runtime.url, rpc('SendMessage', { ...wireMessage('x', message), metadata }));
    expect(lastTurn().metadata).toEqual(wanted);
    await postJson(runtime.url, rpc('message/send', { ...legacyMessage('x', message), metadata }), LEGACY);
    expect(lastTurn().metadata).toEqual(wanted);
    await postJson(`${runtime.url}/message:send`, { ...wireMessage('x', message), metadata });
    expect(lastTurn().metadata).toEqual(wanted);
    const proto = {
      request: { messageId: 'rest-0.3', role: 'ROLE_USER', content: [{ text: 'x' }], ...message },
      metadata,
    };
    await postJson(`${runtime.url}/v1/message:send`, proto, LEGACY);
    expect(lastTurn().metadata).toEqual(wanted);
  });

  const history = (text: string) => [{ role: 'user', parts: [{ kind: 'text', text }] }];
  /** The places of a history, by precedence. */
  const PLACES: readonly (readonly [name: string, put: (params: Record<string, unknown>, value: unknown) => void])[] = [
    ['message.metadata.history', (params, value) => Object.assign(metadataIn(params['message']), { history: value })],
    ['message.history', (params, value) => Object.assign(params['message'] as object, { history: value })],
    ['metadata.history', (params, value) => Object.assign(metadataIn(params), { history: value })],
    ['history', (params, value) => Object.assign(params, { history: value })],
  ];
  const metadataIn = (holder: unknown): object => {
    const map = holder as { metadata?: object };
    map.metadata ??= {};
    return map.metadata;
  };

  it.each(PLACES)('are read as history in %s', async (name, put) => {
    for (const [method, params, headers] of [
      ['SendMessage', wireMessage('x'), { ...LEGACY, 'a2a-version': '1.0' }],
      ['message/send', legacyMessage('x'), LEGACY],
    ] as const) {
      put(params as Record<string, unknown>, history(name));
      const { body } = await postJson(runtime.url, rpc(method, params), headers);
      expect(lastTurn().history, method).toEqual([['human', name]]);
      // The answer does not repeat fields that the protocol does not have.
      expect(JSON.stringify(body)).not.toContain('"message":{"history"');
    }
  });

  it.each([0, 1, 2])(
    'are read from the first place that has a history, if places %d and later have one',
    async (first) => {
      const params = wireMessage('x') as Record<string, unknown>;
      for (const [name, put] of PLACES.slice(first)) put(params, history(name));
      await postJson(runtime.url, rpc('SendMessage', params));
      expect(lastTurn().history).toEqual([['human', PLACES[first]?.[0]]]);
    },
  );

  it('do not make a repeated message a different one', async () => {
    const message = wireMessage('x');
    const first = await postJson(runtime.url, rpc('SendMessage', { ...message, metadata: { try: 1 } }));
    const again = await postJson(runtime.url, rpc('SendMessage', { ...message, metadata: { try: 2 } }));
    expect(again.body['result']).toEqual(first.body['result']);
    expect(played.turns).toHaveLength(1);
  });
});

describe('damaged input', () => {
  const part = (content: object) => wireMessage('', { parts: [content] });
  const CASES: readonly (readonly [name: string, part: object, field: string, words: string])[] = [
    ['bytes that are not base64', { raw: '***' }, 'message.parts[0].raw', 'base64'],
    ['base64 that is cut off', { raw: 'aGVsbG8=a' }, 'message.parts[0].raw', 'base64'],
    ['base64 of an impossible length', { raw: 'aGVsb' }, 'message.parts[0].raw', 'base64'],
    ['base64 with too much padding', { raw: 'aGVsbG8==' }, 'message.parts[0].raw', 'base64'],
    ['a data URL', { raw: 'data:image/png;base64,iVBORw0KGgo=' }, 'message.parts[0].raw', 'data URL'],
    ['a text and bytes', { text: 'x', raw: 'aGVsbG8=' }, 'message.parts[0]', 'text and raw'],
    ['a url and data', { url: 'https://a.example/x', data: {} }, 'message.parts[0]', 'url and data'],
  ];

  it.each(CASES)('%s is refused, and the error names the field', async (_name, content, field, words) => {
    const { body } = await postJson(runtime.url, rpc('SendMessage', part(content)));
    expect(body['error']).toMatchObject({ code: -32602, message: expect.stringContaining(field) });
    expect(JSON.stringify(body)).toContain(words);
    expect(codeIn(body)).toBe('MESSAGE_INVALID');
    const rest = await postJson(`${runtime.url}/message:send`, part(content));
    expect([rest.status, codeIn(rest.body)]).toEqual([400, 'MESSAGE_INVALID']);
    expect(played.turns).toHaveLength(0);
  });

  it('is refused in files of 0.3, too', async () => {
    for (const file of [{ bytes: '***' }, { bytes: 'aGVsbG8=', uri: 'https://a.example/x' }]) {
      const { body } = await postJson(
        runtime.url,
        rpc('message/send', legacyMessage('', { parts: [{ kind: 'file', file }] })),
        LEGACY,
      );
      expect(body['error']).toMatchObject({ code: -32602, message: expect.stringContaining('message.parts[0].file') });
    }
    const file = { fileWithBytes: 'aGVsbG8=', fileWithUri: 'https://a.example/x' };
    const { status } = await postJson(`${runtime.url}/v1/message:send`, protoMessage([{ file }]), LEGACY);
    expect(status).toBe(400);
  });

  it.each(['', 'aGVsbG8=', 'aGVsbG8', '-_-_', 'aGVs\r\nbG8='])('is not %j, which other encoders write', async (raw) => {
    const { body } = await postJson(runtime.url, rpc('SendMessage', part({ raw })));
    expect(body).toHaveProperty('result.task.status.state', 'TASK_STATE_COMPLETED');
  });

  it('is not a data part whose value is null, which reaches the engine and is returned', async () => {
    const { body } = await postJson(
      runtime.url,
      rpc('SendMessage', wireMessage('', { parts: [{ data: null }, { text: 'x', data: null }] })),
    );
    expect(lastTurn().parts).toMatchObject([
      { kind: 'data', data: null },
      { kind: 'text', text: 'x' },
    ]);
    const { id } = (body['result'] as { task: { id: string } }).task;
    const again = await postJson(runtime.url, rpc('GetTask', { id }));
    for (const told of [(body['result'] as { task: object }).task, again.body['result']]) {
      expect(told).toMatchObject({ history: [{ parts: [{ data: null }, { text: 'x' }] }] });
    }
    const legacy = await postJson(runtime.url, rpc('tasks/get', { id }), LEGACY);
    expect(legacy.body).toHaveProperty('result.history.0.parts.0.kind', 'data');
  });
});
