import { once } from 'node:events';
import { Role, TaskState } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { defineAdapter, type TurnEvent } from '@molecule/adapters';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, cancelTask, connect, getTask, send, subscribe } from '../../support/a2a-client.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, openStream, wireMessage } from '../../support/wire.js';

const BOUND = 100_000;
const TOO_MUCH = `${BOUND + 1}`;
const PIECE = 8_000;

/** Answers with as many characters as the message says; after `!` it waits until it is stopped. */
const adapter = defineAdapter({
  name: 'long',
  displayName: 'Long',
  description: 'Gives long answers.',
  createEngine: () => ({
    async *runTurn(turn, { signal }): AsyncGenerator<TurnEvent> {
      const [, characters = '0', waits] = /(\d+)(!?)/.exec(turn.kind === 'message' ? turn.text : '') ?? [];
      for (let said = 0; said < Number(characters); said += PIECE)
        yield { type: 'text-delta', text: 'x'.repeat(PIECE) };
      if (waits === '!') await once(signal, 'abort');
      yield { type: 'finish' };
    },
  }),
});

/** As above, and asks before it ends. */
const asking = defineAdapter({
  name: 'asking',
  displayName: 'Asking',
  description: 'Gives a long answer, then asks.',
  createEngine: () => ({
    async *runTurn(turn): AsyncGenerator<TurnEvent> {
      if (turn.kind === 'continue') throw new Error('never');
      if (turn.kind === 'answer') return yield { type: 'finish', text: 'ok' };
      for (let said = 0; said < Number(turn.text); said += PIECE) yield { type: 'text-delta', text: 'x'.repeat(PIECE) };
      yield { type: 'input-required', requestId: 'r', request: 'question', prompt: 'Go on?' };
    },
  }),
});

let runtime: TestRuntime;
let client: Client;
beforeAll(async () => {
  runtime = await startTestRuntime({ adapter, environment: { MOLECULE_MAX_RESPONSE: `${BOUND}` } });
  client = await connect(runtime.url);
});
afterAll(() => runtime[Symbol.asyncDispose]());

interface Wanted {
  readonly path: string;
  readonly body?: unknown;
}

const rpc = (method: string, params: unknown): Wanted => ({
  path: '/',
  body: { jsonrpc: '2.0', id: 1, method, params },
});
const oldMessage = () => ({
  message: { messageId: crypto.randomUUID(), kind: 'message', role: 'user', parts: [{ kind: 'text', text: TOO_MUCH }] },
});
const oldProto = () => ({
  message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', content: [{ text: TOO_MUCH }] },
});

/** How a task is read and a message sent, in every binding and version. */
const BINDINGS: readonly (readonly [string, string, (id: string) => Wanted, () => Wanted])[] = [
  ['JSON-RPC 1.0', '1.0', (id) => rpc('GetTask', { id }), () => rpc('SendMessage', wireMessage(TOO_MUCH))],
  [
    'REST 1.0',
    '1.0',
    (id) => ({ path: `/tasks/${id}` }),
    () => ({ path: '/message:send', body: wireMessage(TOO_MUCH) }),
  ],
  ['JSON-RPC 0.3', '0.3', (id) => rpc('tasks/get', { id }), () => rpc('message/send', oldMessage())],
  ['REST 0.3', '0.3', (id) => ({ path: `/v1/tasks/${id}` }), () => ({ path: '/v1/message:send', body: oldProto() })],
];

describe.each(BINDINGS)('an answer that is too large, over %s', (_name, version, get, send) => {
  it('is refused with a status of its own, and a text that says what to leave out', async () => {
    const id = await finished();
    expect(await refusal(version, get(id))).toMatchObject({
      status: 413,
      code: 'RESPONSE_TOO_LARGE',
      text: expect.stringMatching(`Task ${id} is stored.*MOLECULE_MAX_RESPONSE.*historyLength 0`),
    });
  });

  it('is refused in a blocking send, and the text names the task, which has ended', async () => {
    const { status, code, text } = await refusal(version, send());
    expect([status, code]).toEqual([413, 'RESPONSE_TOO_LARGE']);
    const [, id = ''] = /Task (\S+) is stored/.exec(text) ?? [];
    expect(await listed('')).toContainEqual({ id, state: 'TASK_STATE_COMPLETED' });
  });
});

it('a list is refused only if it shows what is too large', async () => {
  await finished();
  for (const query of ['', '?historyLength=2']) expect((await get(`/tasks${query}`)).status).toBe(200);
  const refused = await get('/tasks?includeArtifacts=true&pageSize=1');
  expect([refused.status, codeIn(await refused.json())]).toEqual([413, 'RESPONSE_TOO_LARGE']);
});

it('a cancel takes place, and its answer leaves the content out', async () => {
  const { id } = await begin(client, '300000!');
  await until('all is said', async () => (await get(`/tasks/${id}`)).status === 413);
  const canceled = await cancelTask(client, id);
  expect(canceled).toMatchObject({ artifacts: [], history: [], metadata: { 'molecule.contentOmitted': true } });
});

it('a subscription to a task that runs begins without its content, and follows it', async () => {
  const { id } = await begin(client, '300000!');
  await until('all is said', async () => (await get(`/tasks/${id}`)).status === 413);
  const states: unknown[] = [];
  for await (const { payload } of subscribe(client, id)) {
    if (states.length === 0) {
      expect(payload).toMatchObject({
        $case: 'task',
        value: { artifacts: [], metadata: { 'molecule.contentOmitted': true } },
      });
      await cancelTask(client, id);
    }
    states.push(payload?.$case === 'artifactUpdate' ? '' : payload?.value);
  }
  expect(states.at(-1)).toMatchObject({ status: { state: TaskState.TASK_STATE_CANCELED } });
});

it('a stream whose answer was sent in many pieces ends with the task without its content', async () => {
  const events = await openStream(runtime.url, 'SendStreamingMessage', wireMessage('5000000'));
  let said = 0;
  let last: Readonly<Record<string, unknown>> = {};
  for await (const { data } of events) {
    last = data.result ?? {};
    const { artifactUpdate } = last as { readonly artifactUpdate?: { artifact: { parts: { text: string }[] } } };
    for (const { text } of artifactUpdate?.artifact.parts ?? []) said += text.length;
  }
  expect(said).toBe(5_000_000);
  expect(last).toMatchObject({
    task: { status: { state: 'TASK_STATE_COMPLETED' }, metadata: { 'molecule.contentOmitted': true } },
  });
  expect(last['task']).not.toHaveProperty('artifacts.0');
});

it('a stream of a later turn ends with the task without its content, if the earlier answer is large', async () => {
  await using other = await startTestRuntime({ adapter: asking });
  const client = await connect(other.url);
  const { id } = await send(client, '5000000');
  let last: unknown;
  const answer = wireMessage('go on', { taskId: id });
  for await (const { data } of await openStream(other.url, 'SendStreamingMessage', answer)) last = data.result;
  expect(last).toMatchObject({
    task: { status: { state: 'TASK_STATE_COMPLETED' }, metadata: { 'molecule.contentOmitted': true } },
  });
});

it("a stream and a subscription do not repeat the caller's message, and the task has it", async () => {
  const events = await openStream(runtime.url, 'SendStreamingMessage', wireMessage('1!'));
  let id = '';
  for await (const { data } of events) {
    const { task } = (data.result ?? {}) as { readonly task?: { id: string; history?: unknown[] } };
    if (!task) continue;
    expect(task.history ?? []).toEqual([]);
    if (id !== '') continue;
    id = task.id;
    for await (const { payload } of subscribe(client, id)) {
      expect(payload).toMatchObject({ $case: 'task', value: { history: [] } });
      break;
    }
    await cancelTask(client, id);
  }
  expect((await getTask(client, id)).history).toMatchObject([{ role: Role.ROLE_USER }]);
});

/** The id of a task with a long answer. */
async function finished(): Promise<string> {
  const { id } = await begin(client, TOO_MUCH);
  await until('it is over', async () =>
    (await listed('')).some((task) => task.id === id && /COMPLETED/.test(task.state)),
  );
  return id;
}

async function listed(query: string): Promise<readonly { readonly id: string; readonly state: string }[]> {
  const { tasks } = (await (await get(`/tasks${query}`)).json()) as {
    tasks: { id: string; status: { state: string } }[];
  };
  return tasks.map(({ id, status }) => ({ id, state: status.state }));
}

function get(path: string): Promise<Response> {
  return fetch(`${runtime.url}${path}`, { headers: { 'a2a-version': '1.0' } });
}

async function refusal(version: string, { path, body }: Wanted) {
  const headers = { 'content-type': 'application/json', 'a2a-version': version };
  const response = await fetch(
    `${runtime.url}${path}`,
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
  );
  const answer = (await response.json()) as {
    readonly error?: { readonly message?: string };
    readonly message?: string;
  };
  return { status: response.status, code: codeIn(answer), text: answer.error?.message ?? answer.message ?? '' };
}
