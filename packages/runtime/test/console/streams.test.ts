import { expect, it } from 'vitest';
import { TestClient } from '../../src/testing/test-client.js';
import { startConsoleRuntime } from '../support/console-package.js';
import { openConsoleStream } from '../support/console-stream.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { until } from '../support/until.js';

interface Tasks {
  readonly tasks: readonly { readonly id: string; readonly state: string }[];
}

function hasTask(id: string, state: string) {
  return (data: object) => (data as Tasks).tasks.some((task) => task.id === id && task.state === state);
}

const ANN = '0123456789abcdef-of-ann';
const BOB = '0123456789abcdef-of-bob';
const BOSS = '0123456789abcdef-of-boss';

it('tells each reader of the tasks that it may see, as they change', async () => {
  const environment = { MOLECULE_TOKENS: `ann[read send]:${ANN},bob[read send]:${BOB},boss[admin]:${BOSS}` };
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter, environment });
  const open = (query: string, token: string) =>
    openConsoleStream(`${started.api}/changes${query}`, { authorization: `Bearer ${token}` });
  await using ann = await open('', ANN);
  await using boss = await open('?owner=*', BOSS);
  expect(await ann.next()).toMatchObject({ event: 'ready', data: { resumed: false } });
  expect(await ann.next()).toMatchObject({ event: 'counts', data: { open: {}, ended24h: {} } });
  await boss.until('counts');
  const ofBob = await new TestClient(started.runtime.url, BOB).send('of bob');
  const ofAnn = await new TestClient(started.runtime.url, ANN).send('of ann');
  await boss.until('tasks', hasTask(ofBob.id, 'TASK_STATE_COMPLETED'));
  await ann.until('tasks', hasTask(ofAnn.id, 'TASK_STATE_COMPLETED'));
  await ann.until('counts', ({ ended24h }) => JSON.stringify(ended24h) === '{"TASK_STATE_COMPLETED":1}');
  expect(JSON.stringify(ann.events)).not.toContain(ofBob.id);
});

it('resumes after the last event that a reader has got, and loses nothing', async () => {
  const { adapter } = playAdapter();
  await using started = await startConsoleRuntime({ adapter });
  const { client } = started.runtime;
  let lastId: string | undefined;
  {
    await using stream = await openConsoleStream(`${started.api}/changes`);
    await stream.until('counts');
    const seen = await client.send('before');
    lastId = (await stream.until('tasks', hasTask(seen.id, 'TASK_STATE_COMPLETED'))).id;
  }
  const missed = await Promise.all([client.send('one'), client.send('two')]);
  await using again = await openConsoleStream(`${started.api}/changes`, { 'last-event-id': lastId ?? '' });
  expect(await again.next()).toMatchObject({ event: 'ready', data: { resumed: true } });
  const tasks = await again.until('tasks');
  // The first task may come once more: its turn is released after its end was told.
  const told = (tasks.data as unknown as Tasks).tasks.map(({ id }) => id);
  expect(told).toEqual(expect.arrayContaining(missed.map(({ id }) => id)));
});

it('says to a reader that comes from another process that it has missed something', async () => {
  const { adapter } = playAdapter();
  await using started = await startConsoleRuntime({ adapter });
  const other = Buffer.from(JSON.stringify({ hub: 'another', change: 3 })).toString('base64url');
  for (const id of [other, 'nonsense', '17']) {
    await using stream = await openConsoleStream(`${started.api}/changes`, { 'last-event-id': id });
    expect(await stream.next()).toMatchObject({ event: 'ready', data: { resumed: false } });
  }
});

it('carries the events of a task besides, over all of its turns, and resumes them', async () => {
  const { adapter, gates } = playAdapter();
  await using started = await startConsoleRuntime({ adapter });
  const { client } = started.runtime;
  const task = await client.begin(play({ say: 'one ' }, { gate: 'on' }, { ask: 'Go on?' }));
  await client.waitFor(task.id, 'working');
  const path = `${started.api}/changes?task=${task.id}&after=0`;
  const numbers: unknown[] = [];
  let last: string | undefined;
  {
    await using stream = await openConsoleStream(path);
    for (let event = await stream.next(); event; event = await stream.next()) {
      last = event.id;
      if (event.event === 'event') numbers.push(event.data['seq']);
      if (JSON.stringify(event.data).includes('one ')) break;
    }
  }
  gates.open('on');
  await client.waitFor(task.id, 'input-required');
  await client.send('yes', { taskId: task.id });
  await using stream = await openConsoleStream(path, { 'last-event-id': last ?? '' });
  const end = await stream.until('end');
  for (const { event, data } of stream.events) if (event === 'event') numbers.push(data['seq']);
  expect(end.data).toEqual({ id: task.id, state: 'TASK_STATE_COMPLETED' });
  expect(numbers).toEqual(Array.from(numbers, (_, index) => index + 1));
  const { events, more, complete } = await started.get<{
    events: readonly { seq: number }[];
    more: boolean;
    complete: boolean;
  }>(`tasks/${task.id}/events`);
  expect([events.map(({ seq }) => seq), more, complete]).toEqual([numbers, false, true]);
});

it('serves the events of a task as pages and as a stream that ends with the task', async () => {
  const { adapter } = playAdapter();
  await using started = await startConsoleRuntime({ adapter });
  const task = await started.runtime.client.send(play({ think: 'hm' }, { say: 'a' }));
  const url = `tasks/${task.id}/events`;
  const whole = await started.get<{ events: readonly { seq: number; at?: string; event: object }[] }>(url);
  const last = whole.events.length;
  expect(whole.events[0]).toMatchObject({
    seq: 1,
    at: expect.any(String),
    event: { statusUpdate: { taskId: task.id } },
  });
  const page = await started.get<{ events: readonly { seq: number }[]; more: boolean }>(`${url}?after=1&limit=2`);
  expect([page.events.map(({ seq }) => seq), page.more]).toEqual([[2, 3], last > 3]);
  await using stream = await openConsoleStream(`${started.api}/${url}?after=1`);
  expect((await stream.until('end')).data).toEqual({ state: 'TASK_STATE_COMPLETED' });
  expect(stream.events.slice(0, -1).map(({ id, data }) => [id, data])).toEqual(
    whole.events.slice(1).map((event) => [String(event.seq), event]),
  );
  await using rest = await openConsoleStream(`${started.api}/${url}`, { 'last-event-id': String(last) });
  expect(await rest.next()).toMatchObject({ event: 'end' });
});

it('ends its streams at once when the server stops, after the turns that run', async () => {
  const { adapter, gates } = playAdapter();
  await using started = await startConsoleRuntime({ adapter });
  const { client } = started.runtime;
  const task = await client.begin(play({ gate: 'on' }));
  await client.waitFor(task.id, 'working');
  await using stream = await openConsoleStream(`${started.api}/changes`);
  await stream.until('counts');
  const begun = performance.now();
  const stopped = started.runtime.shutdown(10_000);
  gates.open('on');
  await stream.until('tasks', hasTask(task.id, 'TASK_STATE_COMPLETED'));
  while (await stream.next());
  await stopped;
  expect(performance.now() - begun).toBeLessThan(5_000);
});

it('names deleted tasks to their owner', async () => {
  const { adapter } = playAdapter();
  const config = `name: Test\nversion: 1.0.0\nruntime: ${adapter.name}\nretention:\n  tasks: 1s\n  events: 1s\n`;
  await using started = await startConsoleRuntime({ adapter, config });
  await using stream = await openConsoleStream(`${started.api}/changes`);
  await stream.until('counts');
  const task = await started.runtime.client.send('soon gone');
  const removed = await stream.until('removed');
  expect(removed.data).toEqual({ ids: [task.id] });
  await until('the list is empty', async () => (await started.get<Tasks>('tasks')).tasks.length === 0);
});
