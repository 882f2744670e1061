import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn, wireMessage } from '../../support/wire.js';
import { CURRENT, eventsOf, LEGACY, legacyMessage, payloadOf, postJson, protoMessage } from './wire-requests.js';

let played: PlayAdapter;
let runtime: TestRuntime;
beforeAll(async () => {
  played = playAdapter();
  runtime = await startTestRuntime({ adapter: played.adapter });
});
afterAll(() => runtime[Symbol.asyncDispose]());

const CHUNKS = [
  { say: 'one ' },
  { wait: 40 },
  { say: 'two ' },
  { wait: 40 },
  { say: 'three ' },
  { wait: 40 },
  { say: 'four' },
];

describe('a stream of 1.0', () => {
  it.each([
    { name: 'at once', after: 0 },
    { name: 'a while after the last text', after: 100 },
  ])(
    'ends with the whole task, for clients that keep only whole answers, if the engine finishes $name',
    async ({ after }) => {
      const events = await eventsOf(runtime.url, 'SendStreamingMessage', wireMessage(play(...CHUNKS, { wait: after })));
      const [kind, task] = payloadOf(events.at(-1));
      expect(kind).toBe('task');
      expect(task).toMatchObject({
        status: { state: 'TASK_STATE_COMPLETED' },
        artifacts: [{ artifactId: 'answer-1', parts: [{ text: 'one two three four' }] }],
      });
      const chunks = events.map(payloadOf).filter(([name]) => name === 'artifactUpdate');
      expect(chunks.length).toBeGreaterThan(1);
      // Timing decides which piece is last. If one were marked as the last, clients that keep only that piece would lose text.
      for (const [, chunk] of chunks) expect(chunk['lastChunk'] ?? false).toBe(false);
    },
  );

  it('ends with the whole task also at a question, and over REST', async () => {
    const steps = play({ say: 'Well.' }, { ask: 'Which?' });
    const events = await eventsOf(runtime.url, 'SendStreamingMessage', wireMessage(steps));
    expect(payloadOf(events.at(-1))).toMatchObject([
      'task',
      { status: { state: 'TASK_STATE_INPUT_REQUIRED' }, artifacts: [{ parts: [{ text: 'Well.' }] }] },
    ]);
    const body = JSON.stringify(wireMessage('by REST'));
    const text = await (
      await fetch(`${runtime.url}/message:stream`, { method: 'POST', headers: CURRENT, body })
    ).text();
    const last = text.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last.slice('data: '.length))).toMatchObject({
      task: { status: { state: 'TASK_STATE_COMPLETED' } },
    });
  });

  it('ends with a question that nothing precedes, because Google ADK would show it twice, from the status and from the task', async () => {
    const events = await eventsOf(runtime.url, 'SendStreamingMessage', wireMessage(play({ ask: 'Which?' })));
    const asked = { state: 'TASK_STATE_INPUT_REQUIRED', message: { parts: [{ text: 'Which?' }, { data: {} }] } };
    expect(payloadOf(events.at(-1))).toMatchObject(['statusUpdate', { status: asked }]);
    expect(events.map((event) => payloadOf(event)[0]).filter((kind) => kind === 'task')).toHaveLength(1);
  });

  it('has no more history in its last task than was requested', async () => {
    const params = { ...wireMessage('hello'), configuration: { historyLength: 0 } };
    const events = await eventsOf(runtime.url, 'SendStreamingMessage', params);
    expect(payloadOf(events.at(-1))[1]['history'] ?? []).toEqual([]);
    const more = { ...wireMessage('hello'), configuration: { historyLength: 1 } };
    const full = await eventsOf(runtime.url, 'SendStreamingMessage', more);
    for (const event of [full[0], full.at(-1)]) expect(payloadOf(event)[1]['history']).toHaveLength(1);
  });
});

describe('a stream of 0.3', () => {
  it('has only one task, because Python clients of 0.3 fail at a second', async () => {
    const events = await eventsOf(runtime.url, 'message/stream', legacyMessage(play(...CHUNKS)), { 'a2a-version': '' });
    const kinds = events.map(({ data }) => data.result?.['kind']);
    expect(kinds.filter((kind) => kind === 'task')).toHaveLength(1);
    expect(events.at(-1)?.data.result).toMatchObject({
      kind: 'status-update',
      final: true,
      status: { state: 'completed' },
    });
  });

  it('marks the event of a question as final', async () => {
    const params = legacyMessage(play({ say: 'hm' }, { ask: 'Which?' }));
    const events = await eventsOf(runtime.url, 'message/stream', params, { 'a2a-version': '0.3' });
    const finals = events.filter(({ data }) => data.result?.['final'] === true);
    expect(finals).toEqual([events.at(-1)]);
    expect(finals[0]?.data.result).toMatchObject({ status: { state: 'input-required' } });
    const body = JSON.stringify(protoMessage([{ text: play({ ask: 'Which?' }) }]));
    const text = await (
      await fetch(`${runtime.url}/v1/message:stream`, { method: 'POST', headers: LEGACY, body })
    ).text();
    const last = text.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last.slice('data: '.length))).toMatchObject({
      statusUpdate: { final: true, status: { state: 'TASK_STATE_INPUT_REQUIRED' } },
    });
  });

  it.each([
    ['a message without parts', 'message/stream', { message: { messageId: 'm', role: 'user', parts: [] } }, -32602],
    ['a message of a wrong shape', 'message/stream', { message: 'hello' }, -32602],
    ['no parameters', 'message/stream', {}, -32602],
    ['an unknown task', 'message/stream', legacyMessage('x', { taskId: 'nobody' }), -32001],
    ['an unknown task to subscribe to', 'tasks/resubscribe', { id: 'nobody' }, -32001],
  ])('reports %s by an event, because its clients read only events', async (_name, method, params, code) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 'stream-1', method, params });
    const response = await fetch(runtime.url, { method: 'POST', headers: LEGACY, body });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    expect(lines).toHaveLength(1);
    const told: unknown = JSON.parse(lines[0]?.replace(/^data: /, '') ?? '');
    expect(told).toMatchObject({ jsonrpc: '2.0', id: 'stream-1', error: { code } });
    expect(codeIn(told)).toMatch(/^[A-Z_]+$/);
  });

  it('reports a missing token by the HTTP status, which every client checks first', async () => {
    const environment = { MOLECULE_TOKENS: 'ann:ann-token-0123456789' };
    await using closed = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    const call = { jsonrpc: '2.0', id: 1, method: 'message/stream', params: legacyMessage('hello') };
    const { status, body } = await postJson(closed.url, call, LEGACY);
    expect(status).toBe(401);
    // The request itself is well formed.
    expect(body['error']).toMatchObject({ code: -32000 });
    expect(codeIn(body)).toBe('UNAUTHENTICATED');
  });
});

it('no character of an answer ends a line, also for readers that accept more line ends than SSE', async () => {
  const said = 'a\u2028b\u2029c\u0085d';
  const stream = { jsonrpc: '2.0', id: 1, method: 'SendStreamingMessage', params: wireMessage(play({ say: said })) };
  for (const [path, body] of [
    ['/', stream],
    ['/', { ...stream, method: 'SendMessage', params: wireMessage(play({ say: said })) }],
    ['/message:send', wireMessage(play({ say: said }))],
    ['/message:stream', wireMessage(play({ say: said }))],
  ] as const) {
    const response = await fetch(`${runtime.url}${path}`, {
      method: 'POST',
      headers: CURRENT,
      body: JSON.stringify(body),
    });
    const text = await response.text();
    expect(text, path).not.toMatch(/[\u0085\u2028\u2029]/);
    expect(text, path).toContain('a\\u2028b\\u2029c\\u0085d');
  }
});
