import { expect, it } from 'vitest';
import { BINDINGS, begin, connect, getTask, sending, stateOf, subscribe, WITH_GRPC } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter, type Step } from '../../support/play-adapter.js';
import { artifactTexts, StreamReader } from '../../support/reader.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const pause: Step = { wait: 40 };

/** The SDK's client loses `append` on this one: the test below reads the wire itself. */
const READABLE = BINDINGS.filter(({ binding, version }) => binding === 'JSONRPC' || version === '1.0');

it.each(READABLE)('a streamed answer ends with the stored text, on $binding $version', async (binding) => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
  const client = await connect(runtime.url, binding);
  const reader = await new StreamReader().readAll(client.sendMessageStream(sending(play({ stream: 200, everyMs: 1 }))));
  expect(stateOf(reader.task)).toBe('completed');
  expect(reader.answer).toBe(counted(200));
  expect(artifactTexts(await getTask(client, reader.task.id))).toEqual(artifactTexts(reader.task));
  expect(reader.screens.length).toBeGreaterThan(2);
  expectTrueScreens(reader);
});

it('a streamed answer marks the updates that append, on HTTP+JSON 0.3', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const parts = [{ text: play({ say: 'a' }, pause, { say: 'b' }) }];
  const response = await fetch(`${runtime.url}/v1/message:stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: { messageId: 'm-1', role: 'ROLE_USER', content: parts } }),
  });
  const updates = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data:') && line.includes('artifactUpdate'))
    .map((line) => (JSON.parse(line.slice(5)) as { artifactUpdate: { append?: boolean } }).artifactUpdate.append);
  expect(updates).toEqual([undefined, true]);
});

const plays: readonly { readonly name: string; readonly steps: readonly Step[]; readonly answer: string }[] = [
  { name: 'deltas alone', steps: [{ say: 'a' }, pause, { say: 'b' }], answer: 'ab' },
  { name: 'a finish that says the same', steps: [{ say: 'ab' }, pause, { finish: 'ab' }], answer: 'ab' },
  { name: 'a finish that says more', steps: [{ say: 'ab' }, pause, { finish: 'abcd' }], answer: 'abcd' },
  { name: 'a finish that says something else', steps: [{ say: 'ab' }, pause, { finish: 'xy' }], answer: 'xy' },
  { name: 'a finish that says less', steps: [{ say: 'abc' }, pause, { finish: 'ab' }], answer: 'ab' },
  { name: 'a finish that says nothing', steps: [{ say: 'abc' }, pause, { finish: '' }], answer: '' },
  { name: 'a finish without deltas', steps: [{ finish: 'all at once' }], answer: 'all at once' },
  {
    name: 'a reset',
    steps: [{ say: 'wrong' }, pause, { event: { type: 'reset' } }, { say: 'right' }],
    answer: 'right',
  },
  {
    name: 'a reset before anything was written',
    steps: [{ say: 'wrong' }, { event: { type: 'reset' } }, { say: 'right' }],
    answer: 'right',
  },
  {
    name: 'a reset after which nothing comes',
    steps: [{ say: 'wrong' }, pause, { event: { type: 'reset' } }],
    answer: '',
  },
  {
    name: 'thoughts between the words',
    steps: [{ say: 'a' }, { think: 'hm' }, { say: 'b' }, pause, { think: 'so' }, { say: 'c' }],
    answer: 'abc',
  },
];

it.each(plays)('streamed text is a prefix of the answer, or was reset: $name', async ({ steps, answer }) => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const reader = await new StreamReader().readAll(client.sendMessageStream(sending(play(...steps))));
  expect(reader.answer).toBe(answer);
  expect(artifactTexts(await getTask(client, reader.task.id))).toEqual(artifactTexts(reader.task));
  expectTrueScreens(reader);
});

it('two subscribers receive the same events', async () => {
  const played = playAdapter();
  const [first, second] = await twoSubscribers(played);
  expect(first.screens.at(-1)).toBe(counted(100));
  expect(second.screens).toEqual(first.screens);
  expect(second.sequence).toEqual(first.sequence);
  expect(second.task.status).toEqual(first.task.status);
});

async function twoSubscribers({ adapter, gates }: PlayAdapter): Promise<readonly [StreamReader, StreamReader]> {
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ gate: 'go' }, { stream: 100, everyMs: 1 }));
  await until('it works', async () => stateOf(await getTask(client, task.id)) === 'working');
  const readers = [new StreamReader(), new StreamReader()] as const;
  const ends = await Promise.all(
    readers.map(async (reader) => {
      const stream = subscribe(client, task.id);
      await reader.readFirst(stream);
      return () => reader.readAll(stream);
    }),
  );
  gates.open('go');
  await Promise.all(ends.map((end) => end()));
  return readers;
}

function counted(chunks: number): string {
  return Array.from({ length: chunks }, (_, chunk) => `c${chunk} `).join('');
}

/** Each screen continues the one before, or comes right after a reset. */
function expectTrueScreens(reader: StreamReader): void {
  reader.screens.forEach((screen, index) => {
    const before = reader.screens[index - 1] ?? '';
    if (!screen.startsWith(before)) expect(reader.resets, `${before} became ${screen}`).toContain(index);
  });
}
