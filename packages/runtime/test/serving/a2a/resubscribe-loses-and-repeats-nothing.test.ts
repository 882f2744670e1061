import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BINDINGS, begin, connect, getTask, send, stateOf, subscribe, WITH_GRPC } from '../../support/a2a-client.js';
import { play, playAdapter, type Step } from '../../support/play-adapter.js';
import { freshSeed, randomFrom } from '../../support/random.js';
import { artifactTexts, StreamReader } from '../../support/reader.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { openStream, rpc, type WireEvent, type WireStream, wireMessage } from '../../support/wire.js';

/** 0.3 over REST and gRPC is left out: the SDK's client loses `append` there. */
const READABLE = BINDINGS.filter(({ binding, version }) => binding === 'JSONRPC' || version === '1.0');

it.each(READABLE)('late subscribers put the same answer together, on $binding $version', async (binding) => {
  const { version } = binding;
  const seed = freshSeed();
  const random = randomFrom(seed);
  const { adapter, gates } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
  const client = await connect(runtime.url, binding);
  const task = await begin(client, play(...randomSteps(random), { gate: 'all have come' }, { say: 'end' }));
  let missing = 15;
  const readers = await Promise.all(
    Array.from({ length: missing }, async () => {
      await sleep(random() * 350);
      const stream = subscribe(client, task.id);
      const reader = await new StreamReader().readFirst(stream);
      missing--;
      if (missing === 0) gates.open('all have come');
      return reader.readAll(stream);
    }),
  );
  const stored = await getTask(client, task.id);
  for (const reader of readers) {
    expect(artifactTexts(reader.task), `seed ${seed}`).toEqual(artifactTexts(stored));
    expect(stateOf(reader.task), `seed ${seed}`).toBe('completed');
    expectGapless(version === '1.0' ? reader.sequence.slice(0, -1) : reader.sequence, `seed ${seed}`);
  }
});

describe('a client that returns with Last-Event-ID', () => {
  it('gets exactly the events that it has not received, at whichever event it disconnected', async () => {
    const seed = freshSeed();
    const random = randomFrom(seed);
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter });
    const client = await connect(runtime.url);
    const task = await begin(client, play({ wait: 50 }, ...randomSteps(random)));
    const whole = collect(await openStream(runtime.url, 'SubscribeToTask', { id: task.id }));
    const pieces = withoutFinalTask(await readInPieces(runtime.url, task.id, random));
    const complete = withoutFinalTask(await whole);
    expect(complete.length).toBeGreaterThan(5);
    const from = complete.findIndex(({ id }) => id === (pieces[1]?.id ?? 0));
    expect(pieces.slice(1), `seed ${seed}`).toEqual(complete.slice(from));
    expectGapless(idsOf(pieces), `seed ${seed}`);
  });

  it('gets only the remaining events of a task that has ended meanwhile', async () => {
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter });
    const all = withoutFinalTask(
      await collect(await openStream(runtime.url, 'SendStreamingMessage', wireMessage('hello'))),
    );
    const taskId = taskIdOf(all[0]);
    for (const { id = -1 } of all) {
      const headers = { 'last-event-id': String(id) };
      const rest = await collect(await openStream(runtime.url, 'SubscribeToTask', { id: taskId }, headers));
      expect(idsOf(withoutFinalTask(rest))).toEqual(idsOf(all).filter((seen) => seen > id));
    }
  });

  it('gets the whole task if the log no longer has the events that it missed, or never had them', async () => {
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter });
    const asked = await rpc(runtime.url, 'SendMessage', wireMessage(play({ ask: 'Which?' })));
    const { task } = asked.body.result as { task: { id: string } };
    for (const lastEventId of ['999', 'x', '-1', '1e3', '9'.repeat(30)]) {
      const headers = { 'last-event-id': lastEventId };
      const stream = await openStream(runtime.url, 'SubscribeToTask', { id: task.id }, headers);
      const { value: first } = await stream[Symbol.asyncIterator]().next();
      stream.close();
      expect(taskIdOf(first), lastEventId).toBe(task.id);
    }
  });
});

it('every event of a stream carries its number, one more each time, as SSE id and in its metadata', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const text = play({ stream: 50, everyMs: 2 }, { think: 'hm' }, { say: 'end' });
  const all = await collect(await openStream(runtime.url, 'SendStreamingMessage', wireMessage(text)));
  // The task that ends the stream holds every event, so its number is that of the last one.
  expect(idsOf(all)).toEqual([...all.slice(1).keys(), all.length - 2]);
  for (const { id, data } of all) {
    const [event] = Object.values(data.result ?? {}) as { metadata?: Record<string, unknown> }[];
    expect(event?.metadata?.['molecule.seq']).toBe(id);
  }
});

it('a subscription to a task that waits for an answer yields the question, and then the events of the answer', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }));
  const reader = new StreamReader();
  const stream = subscribe(client, asked.id);
  const first = await stream.next();
  if (!first.done) reader.read(first.value);
  expect(stateOf(reader.task)).toBe('input_required');
  const answered = await send(client, 'blue', { taskId: asked.id });
  await reader.readAll(stream);
  expect(stateOf(reader.task)).toBe('completed');
  expect(reader.answer).toBe('answered: blue');
  expect(artifactTexts(reader.task)).toEqual(artifactTexts(answered));
});

/** Some 300 ms of deltas in bursts, thoughts, files and an occasional reset. */
function randomSteps(random: () => number): Step[] {
  return Array.from({ length: 60 }, (_, index): Step[] => {
    const chance = random();
    if (chance < 0.03) return [{ event: { type: 'reset' } }, { say: `again ${index} ` }];
    if (chance < 0.1) return [{ think: `thought ${index}` }];
    if (chance < 0.15) return [{ event: { type: 'file', file: { kind: 'file', data: 'aGVsbG8=', name: `${index}` } } }];
    if (chance < 0.6) return [{ say: `w${index} ` }, { wait: random() * 12 }];
    return [{ say: `w${index} ` }];
  }).flat();
}

/** Reads a few events at a time, disconnects, and reconnects for the rest. */
async function readInPieces(url: string, taskId: string, random: () => number): Promise<WireEvent[]> {
  const seen: WireEvent[] = [];
  for (;;) {
    const last = seen.at(-1)?.id;
    const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': String(last) };
    const stream = await openStream(url, 'SubscribeToTask', { id: taskId }, headers);
    const take = 1 + Math.floor(random() * 6);
    let taken = 0;
    for await (const event of stream) {
      seen.push(event);
      taken++;
      if (taken === take) break;
    }
    stream.close();
    if (taken < take) return seen;
  }
}

async function collect(stream: WireStream): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** The events without the whole task with which a stream of 1.0 ends. */
function withoutFinalTask(events: readonly WireEvent[]): WireEvent[] {
  return events.filter((event, index) => index === 0 || taskIdOf(event) === undefined);
}

function idsOf(events: readonly WireEvent[]): number[] {
  return events.map(({ id }) => id ?? -1);
}

function taskIdOf(event: WireEvent | undefined): unknown {
  return (event?.data.result?.['task'] as { readonly id?: unknown } | undefined)?.id;
}

function expectGapless(sequence: readonly number[], message: string): void {
  const first = sequence[0] ?? 0;
  expect(sequence, message).toEqual(sequence.map((_, index) => first + index));
}
