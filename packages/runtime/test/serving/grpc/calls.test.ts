import { once } from 'node:events';
import { TaskState } from '@a2a-js/sdk';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, sending } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { collect, GrpcClient, METHODS, refusalOf, refusedBy, seqOf } from './grpc-client.js';

let played: PlayAdapter;
let runtime: TestRuntime;
let client: GrpcClient;
beforeAll(async () => {
  played = playAdapter();
  const environment = { MOLECULE_GRPC_PORT: '0', MOLECULE_MAX_BODY: '1MiB' };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
  client = new GrpcClient(addressOf(runtime));
});
afterAll(async () => {
  client[Symbol.dispose]();
  await runtime[Symbol.asyncDispose]();
});

function addressOf({ info }: TestRuntime): string {
  return info.grpc?.address ?? '';
}

it('the card names the address in both versions, after the bindings over HTTP', async () => {
  const card = (await (await fetch(`${runtime.url}/.well-known/agent-card.json`)).json()) as {
    readonly supportedInterfaces: readonly object[];
    readonly additionalInterfaces: readonly object[];
  };
  const url = addressOf(runtime);
  expect(url).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(card.supportedInterfaces.slice(0, 3)).toMatchObject([
    { protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
    { protocolBinding: 'GRPC', protocolVersion: '1.0', url },
  ]);
  expect(card.additionalInterfaces).toContainEqual({ transport: 'GRPC', url });
});

describe('the numbers of events', () => {
  it('are in the metadata of each event, and a client that returns with one gets what follows', async () => {
    const { events, end } = await collect(client.streamed(play({ say: 'one' }, { wait: 300 }, { say: ' two' })));
    expect(end.code).toBe(0);
    const numbers = events.map(seqOf);
    expect(numbers.every((seq, index) => index === 0 || seq >= (numbers[index - 1] ?? 0))).toBe(true);
    const [first] = events;
    const id = first?.payload?.$case === 'task' ? first.payload.value.id : '';
    const missed = await collect(
      client.stream(METHODS.subscribeToTask, { id, tenant: '' }, { 'last-event-id': String(numbers[1]) }),
    );
    expect(missed.events.map(seqOf)).toEqual(numbers.filter((seq) => seq > (numbers[1] ?? 0)));
    expect(missed.events.at(-1)?.payload).toMatchObject({
      $case: 'task',
      value: { status: { state: TaskState.TASK_STATE_COMPLETED } },
    });
  });
});

describe('a client that leaves', () => {
  const finished = (id: string) =>
    until('the task is done', async () => {
      const task = await client.call(METHODS.getTask, { id, tenant: '', historyLength: undefined });
      return task.status?.state === TaskState.TASK_STATE_COMPLETED;
    });

  it.each([
    ['in the middle of a stream', 'cancel'],
    ['while it waits for an answer', 'abort'],
    ['at its deadline', 'deadline'],
  ])('cancels nothing: %s', async (_name, way) => {
    const gate = `left by ${way}`;
    const known = played.turns.length;
    const work = play({ say: 'a' }, { gate }, { say: 'b' });
    if (way === 'cancel') {
      const stream = client.streamed(work);
      stream.on('error', () => undefined);
      await once(stream, 'data');
      stream.cancel();
    } else {
      const gone = new AbortController();
      const options = way === 'deadline' ? { deadline: Date.now() + 300 } : { signal: gone.signal };
      const refused = refusalOf(client.call(METHODS.sendMessage, sending(work), {}, options));
      await until('it runs', () => played.turns.length > known);
      gone.abort();
      expect((await refused).status).toBe(way === 'deadline' ? 'DEADLINE_EXCEEDED' : 'CANCELLED');
    }
    const turn = await until('it runs', () => played.turns[known]);
    played.gates.open(gate);
    await finished(turn.turn.taskId);
    expect(turn.aborted).toBe(false);
  });
});

describe('a refused call has a status and the details of the protocol', () => {
  const missing = { id: 'nothing', tenant: '', historyLength: undefined };

  it('for an error of A2A, in both versions', async () => {
    const told = { status: 'NOT_FOUND', reason: 'TASK_NOT_FOUND', info: { code: 'TASK_NOT_FOUND' } };
    expect(await refusalOf(client.call(METHODS.getTask, missing))).toMatchObject(told);
    const legacy = client.call(METHODS.legacy.getTask, { name: 'tasks/nothing', historyLength: 0 });
    expect(await refusalOf(legacy)).toMatchObject(told);
    const { end } = await collect(client.stream(METHODS.subscribeToTask, missing));
    expect(refusedBy(end)).toMatchObject({ ...told, details: ['google.rpc.ErrorInfo'] });
  });

  it('with the name of its type before the message in 0.3, from which clients in Python and Java know it', async () => {
    const { getTask, cancelTask, sendMessage } = METHODS.legacy;
    const { id } = await client.send('done');
    const message = async (call: Promise<unknown>) => (await refusalOf(call)).message;
    expect(await message(client.call(getTask, { name: 'tasks/nothing', historyLength: 0 }))).toBe(
      'TaskNotFoundError: Task not found: nothing',
    );
    expect(await message(client.call(cancelTask, { name: `tasks/${id}` }))).toMatch(/^TaskNotCancelableError: /);
    const bytes = Buffer.from('no message of protocol buffers');
    expect(await message(client.call(sendMessage, bytes as never))).toMatch(/^InvalidParamsError: /);
    expect(await message(client.call(METHODS.getTask, missing))).toBe('Task not found: nothing');
  });

  it.each(['9.9', '0.3', 'one'])('for version %s', async (version) => {
    expect(await refusalOf(client.call(METHODS.getTask, missing, { 'a2a-version': version }))).toMatchObject({
      status: 'FAILED_PRECONDITION',
      reason: 'VERSION_NOT_SUPPORTED',
    });
  });

  it.each(['1.0', '1.0.1'])('but not for version %s', async (version) => {
    const call = client.call(METHODS.getTask, missing, { 'a2a-version': version });
    expect(await refusalOf(call)).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('for a message without parts', async () => {
    expect(await refusalOf(client.call(METHODS.sendMessage, sending('', { parts: [] })))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      reason: 'INVALID_PARAMS',
    });
  });

  it('for bytes that are no message', async () => {
    const bytes = Buffer.from('no message of protocol buffers');
    expect(await refusalOf(client.call(METHODS.sendMessage, bytes as never))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      info: { code: 'REQUEST_INVALID' },
    });
  });

  it('for a message that is too large, too deep, or has too many values', async () => {
    const large = client.send('x'.repeat(1024 * 1024 + 1));
    expect(await refusalOf(large)).toMatchObject({ status: 'RESOURCE_EXHAUSTED' });
    const deep = client.call(METHODS.sendMessage, sending('', { parts: [data(nested(200))] }));
    expect(await refusalOf(deep)).toMatchObject({ status: 'INVALID_ARGUMENT', info: { code: 'BODY_TOO_DEEP' } });
    const many = client.call(METHODS.sendMessage, sending('', { parts: [data(Array(100_001).fill(true))] }));
    expect(await refusalOf(many)).toMatchObject({ info: { code: 'BODY_TOO_MANY_VALUES' } });
    expect(await refusalOf(client.call(METHODS.sendMessage, deepBytes(5_000) as never))).toMatchObject({
      status: 'INVALID_ARGUMENT',
    });
    expect((await client.send('still alive')).status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
  });

  it('for a web page of another origin, and for a name that is not its own', async () => {
    const page = client.call(METHODS.getTask, missing, { origin: 'https://evil.example' });
    expect(await refusalOf(page)).toMatchObject({ status: 'PERMISSION_DENIED', reason: 'ORIGIN_NOT_ALLOWED' });
    using rebound = new GrpcClient(addressOf(runtime), undefined, { 'grpc.default_authority': 'evil.example' });
    expect(await refusalOf(rebound.call(METHODS.getTask, missing))).toMatchObject({ reason: 'HOST_NOT_ALLOWED' });
  });
});

it('0.3 has the public card where there is no extended one', async () => {
  expect(await client.call(METHODS.legacy.getAgentCard, {})).toMatchObject({ name: 'Test', protocolVersion: '0.3' });
});

it('a message carries structured data both ways', async () => {
  const value = { list: [1, 2.5, true, null, 'x'], empty: {} };
  await client.call(METHODS.sendMessage, sending('', { parts: [data(value)] }));
  expect(played.turns.at(-1)?.turn).toMatchObject({ parts: [{ kind: 'data', data: value }] });
});

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** A request whose metadata nests so deeply that a reader that calls itself runs out of stack. */
function deepBytes(depth: number): Buffer {
  let list: Uint8Array = new Uint8Array();
  // google.protobuf.Value { list_value { values: ... } }
  for (let level = 0; level < depth; level++) {
    const values = new BinaryWriter().uint32(10).bytes(list).finish();
    list = new BinaryWriter().uint32(50).bytes(values).finish();
  }
  const entry = new BinaryWriter().uint32(10).string('x').uint32(18).bytes(list).finish();
  const struct = new BinaryWriter().uint32(10).bytes(entry).finish();
  return Buffer.from(new BinaryWriter().uint32(34).bytes(struct).finish());
}
