import type { Part } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import {
  answerOf,
  BINDINGS,
  connect,
  data,
  getTask,
  send,
  stateOf,
  text,
  textOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { post } from '../../support/wire.js';

const TEXTS = {
  umlauts: 'Grüße, naïve café',
  emoji: '👩‍👩‍👧‍👦 🦊 🇩🇪 e\u0301',
  'right to left': 'שלום عالم',
  'line ends': 'a\nb\r\nc\u2028d\u2029e\u0085f',
  'what looks like an event': '\n\ndata: {"id":1}\n\nevent: error\n\n',
  controls: 'a\u0000b\u0007c\u001bd\u007fe',
  markup: '<script>alert(1)</script> & "quotes" \'single\' \\ %00 %s {{y}}',
  'a byte order mark': '\ufeffx',
  'a long one': 'äöü🦊'.repeat(20_000),
};

it.each(Object.entries(TEXTS))('text is returned unchanged: %s', async (_name, said) => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  // Written as escapes, which every JSON writer may do; it is the only way to write half of a pair.
  const params = { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: said }] } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params });
  const reply = await post(runtime.url, body.replace(/[\u007f-\uffff]/g, escaped));
  const { task } = reply.body.result as { task: { id: string; artifacts: { parts: { text: string }[] }[] } };
  expect(task.artifacts[0]?.parts[0]?.text).toBe(`echo: ${said}`);
  expect(turns[0]?.turn).toMatchObject({ text: said });
  const stored = await getTask(await connect(runtime.url), task.id);
  expect([answerOf(stored), textOf(stored.history[0]?.parts ?? [])]).toEqual([`echo: ${said}`, said]);
});

it('half of a surrogate pair, which other languages cannot read, is returned as U+FFFD', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const parts = [{ text: 'a\ud800b' }, { data: { 'k\udc00': 'v\ud83d' } }];
  const params = { message: { messageId: 'm', role: 'ROLE_USER', parts, metadata: { x: '\udfff' } } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params });
  const reply = await post(runtime.url, body);
  expect(JSON.stringify(reply.body)).not.toMatch(/\\ud[89a-f]/);
  expect(turns[0]?.turn).toMatchObject({ text: 'a\ufffdb', metadata: { x: '\ufffd' } });
});

it.each(BINDINGS)('text, data and files reach the engine unchanged, on $binding $version', async (binding) => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
  const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
  const name = 'ä/../x.png';
  const file = { mediaType: 'image/png', filename: name, metadata: undefined };
  const parts: Part[] = [
    text('look:'),
    data({ nested: { list: [1, 2.5, true, null, 'x'] } }),
    { content: { $case: 'raw', value: bytes }, ...file },
    { content: { $case: 'url', value: 'https://example.com/a?b=c#d' }, ...file },
  ];
  const task = await send(await connect(runtime.url, binding), '', { parts, metadata: { trace: { a: [1] } } });
  expect(stateOf(task)).toBe('completed');
  expect(turns[0]?.turn).toMatchObject({
    text: 'look:',
    metadata: { trace: { a: [1] } },
    parts: [
      { kind: 'text', text: 'look:' },
      { kind: 'data', data: { nested: { list: [1, 2.5, true, null, 'x'] } } },
      // The SDK's 0.3 REST layer drops a file's name.
      { kind: 'file', data: bytes.toString('base64'), mediaType: 'image/png', ...(keepsNames(binding) && { name }) },
      { kind: 'file', url: 'https://example.com/a?b=c#d', mediaType: 'image/png' },
    ],
  });
});

it.each(BINDINGS)('a file that the engine makes reaches the caller, on $binding $version', async (binding) => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
  const file = { kind: 'file', data: 'AP8=', mediaType: 'image/png', name: 'x.png' } as const;
  const task = await send(
    await connect(runtime.url, binding),
    play({ say: 'a' }, { event: { type: 'file', file } }, { say: 'b' }),
  );
  expect(answerOf(task)).toBe('ab');
  const made = task.artifacts.find(({ artifactId }) => artifactId.startsWith('file-'));
  const [part] = made?.parts ?? [];
  expect(part?.content?.$case === 'raw' && [...part.content.value]).toEqual([0, 255]);
});

it('protocol 0.3 accepts a text part in each of its three shapes', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const parts = [{ kind: 'text', text: 'one' }, { type: 'text', text: 'two' }, { text: 'three' }];
  const message = { kind: 'message', messageId: 'm', role: 'user', parts };
  const response = await fetch(runtime.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'message/send', params: { message } }),
  });
  expect(await response.json()).toMatchObject({ result: { kind: 'task', status: { state: 'completed' } } });
  expect(turns[0]?.turn).toMatchObject({ text: 'one\ntwo\nthree' });
});

it('the history that a caller sends reaches the engine', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const history = [
    { role: 'user', parts: [{ kind: 'text', text: 'What is 6 times 7?' }] },
    { role: 'agent', parts: [{ kind: 'text', text: '42' }] },
  ];
  await send(await connect(runtime.url), 'And doubled?', { metadata: { history } });
  const turn = turns[0]?.turn;
  expect(turn?.kind === 'message' && turn.history.map(([, content]) => content)).toEqual(['What is 6 times 7?', '42']);
});

it('a message of exactly the limit is accepted', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const value = Buffer.alloc(7 * 1024 * 1024, 1);
  const parts: Part[] = [{ content: { $case: 'raw', value }, mediaType: '', filename: '', metadata: undefined }];
  const task = await send(await connect(runtime.url), '', { parts, historyLength: 0 });
  expect(stateOf(task)).toBe('completed');
  expect(turns[0]?.turn.kind === 'message' && turns[0].turn.parts[0]).toMatchObject({ kind: 'file' });
});

function keepsNames({ binding, version }: (typeof BINDINGS)[number]): boolean {
  return binding === 'JSONRPC' || version === '1.0';
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
