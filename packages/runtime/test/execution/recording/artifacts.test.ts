import type { Part, StreamResponse, Task } from '@a2a-js/sdk';
import type { TurnEvent } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import {
  BINDINGS,
  begin,
  connect,
  getTask,
  send,
  sending,
  stateOf,
  textOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { play, playAdapter, type Step } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const BYTES = Buffer.from('bytes').toString('base64');
const event = (value: TurnEvent): Step => ({ event: value });
const text = (value: string) => [{ kind: 'text', text: value }] as const;
const REPORT: readonly Step[] = [
  event({ type: 'artifact', id: 'report', name: 'Report', description: 'Of today.', parts: text('one ') }),
  event({ type: 'artifact', id: 'report', parts: text('two'), append: true }),
  event({
    type: 'artifact',
    id: 'report',
    parts: [
      { kind: 'data', data: { rows: 2 }, metadata: { of: 'report' } },
      { kind: 'file', name: 'r.txt', mediaType: 'text/plain', data: BYTES },
    ],
    append: true,
    last: true,
  }),
];
const DATA = event({
  type: 'data',
  data: { count: 2 },
  mediaType: 'application/vnd.count+json',
  schema: { type: 'object' },
  name: 'Count',
});

/** What a client sees of a part. */
function shown({ content, filename, mediaType, metadata }: Part): unknown {
  const value = content?.$case === 'raw' ? Buffer.from(content.value).toString() : content?.value;
  return [content?.$case, value, ...(filename ? [filename] : []), mediaType, metadata ?? {}];
}

function artifactsOf(task: Task): unknown {
  return task.artifacts.map(({ artifactId, name, description, parts }) => [
    artifactId,
    name,
    description,
    parts.map(shown),
  ]);
}

describe.each(BINDINGS)('on $binding $version', (binding) => {
  it('an answer has data and artifacts, in the task and in the stream', async () => {
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const steps = play({ say: 'See.' }, ...REPORT, DATA, DATA);
    const task = await send(client, steps);
    expect(await getTask(client, task.id, 0).then(artifactsOf)).toEqual(artifactsOf(task));
    const legacy = binding.version === '0.3';
    const plain = legacy ? '' : 'text/plain';
    // The SDK's clients for 0.3 over REST and gRPC drop names, metadata and `append`.
    const isDropped = legacy && binding.binding !== 'JSONRPC';
    const schema = { schema: { type: 'object' }, mimeType: 'application/vnd.count+json' };
    expect(artifactsOf(task)).toEqual([
      ['answer-1', 'answer', '', [['text', 'See.', plain, {}]]],
      [
        'artifact-1-report',
        'Report',
        'Of today.',
        [
          ['text', 'one two', plain, {}],
          ['data', { rows: 2 }, legacy ? '' : 'application/json', isDropped ? {} : { of: 'report' }],
          ['raw', 'bytes', ...(isDropped ? [] : ['r.txt']), 'text/plain', {}],
        ],
      ],
      [
        'data-1-1',
        'Count',
        '',
        [['data', { count: 2 }, legacy ? '' : 'application/vnd.count+json', isDropped ? {} : schema]],
      ],
    ]);
    const updates: unknown[] = [];
    for await (const response of client.sendMessageStream(sending(steps))) updates.push(...updateIn(response));
    expect(updates).toEqual([
      ['answer-1', 'answer', false, 1],
      ['artifact-1-report', 'Report', false, 1],
      ['artifact-1-report', 'Report', !isDropped, 1],
      ['artifact-1-report', 'Report', !isDropped, 2],
      ['data-1-1', 'Count', false, 1],
    ]);
  });

  it('a completed task has a message of its own, and a file in it is sent', async () => {
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const message = [...text('Done.'), { kind: 'file', name: 'r.txt', data: BYTES } as const];
    const steps = play({ say: 'See.' }, event({ type: 'finish', message }));
    const task = await send(client, steps);
    const seen = (parts: readonly Part[] = []) =>
      parts.map(({ content }) => (content?.$case === 'raw' ? Buffer.from(content.value).toString() : content?.value));
    expect(seen(task.status?.message?.parts)).toEqual(['Done.', 'bytes']);
    let streamed: unknown;
    for await (const { payload } of client.sendMessageStream(sending(steps))) {
      if (payload?.$case === 'statusUpdate') streamed = seen(payload.value.status?.message?.parts);
    }
    expect(streamed).toEqual(['Done.', 'bytes']);
  });

  it('a progress line is the message of a working status, and no history keeps it', async () => {
    const { adapter, gates } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const lines = ['Reading', 'Counting'].map((line) => event({ type: 'status', text: line }));
    const steps = play(...lines, { gate: 'go' }, { say: 'See.' });
    const task = await begin(client, steps);
    const working = await until('it tells what it does', async () => {
      const now = await getTask(client, task.id);
      return textOf(now.status?.message?.parts ?? []) === 'Counting' ? now : undefined;
    });
    expect([stateOf(working), working.history.length]).toEqual(['working', 1]);
    gates.open('go');
    const done = await until('it is done', async () => {
      const now = await getTask(client, task.id);
      return stateOf(now) === 'completed' ? now : undefined;
    });
    expect([done.history.length, done.status?.message]).toEqual([1, undefined]);
  });

  it('an agent may ask for a bare message, which only a blocking send of a new task gets', async () => {
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, binding);
    const steps = play({ say: 'Hello.' }, DATA, event({ type: 'finish', reply: 'message' }));
    const asked = sending(steps, { messageId: 'm-1', contextId: 'c-1' });
    const reply = await client.sendMessage(asked);
    if (!('messageId' in reply)) throw new Error('The server answered with a task.');
    expect([reply.taskId, reply.contextId, textOf(reply.parts), reply.parts.length]).toEqual(['', 'c-1', 'Hello.', 2]);
    expect(await client.sendMessage(asked)).toEqual(reply);
    const task = await getTask(client, String(reply.metadata?.['molecule.taskId']));
    expect([stateOf(task), textOf(task.artifacts[0]?.parts ?? [])]).toEqual(['completed', 'Hello.']);
    let first: StreamResponse | undefined;
    for await (const response of client.sendMessageStream(sending(steps))) first ??= response;
    expect(first?.payload?.$case).toBe('task');
    const question = await send(client, play({ ask: 'Which?' }));
    expect(stateOf(await send(client, 'blue', { taskId: question.id }))).toBe('completed');
  });
});

function updateIn({ payload }: StreamResponse): unknown[] {
  if (payload?.$case !== 'artifactUpdate') return [];
  const { artifact, append } = payload.value;
  return [[artifact?.artifactId, artifact?.name, append, artifact?.parts.length]];
}

it('a turn that runs from its beginning again makes its artifacts anew, and gives its data once', async () => {
  const { adapter, turns } = playAdapter();
  const environment = { MOLECULE_RETRY_INITIAL: '1ms', MOLECULE_RETRY_MAX: '5ms' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const piece = (value: string) => event({ type: 'artifact', id: 'list', parts: text(value), append: true });
  const steps = play(piece('a '), piece('b '), DATA, { fail: 'overloaded', onAttempts: [1] }, piece('c '));
  const task = await send(await connect(runtime.url), steps);
  expect(turns.map(({ turn }) => turn.kind)).toEqual(['message', 'continue', 'message']);
  expect(task.artifacts.map(({ artifactId, parts }) => [artifactId, textOf(parts)])).toEqual([
    ['artifact-1-list', 'a b c '],
    ['data-1-1', ''],
  ]);
});
