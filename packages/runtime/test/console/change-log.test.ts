import { expect, it } from 'vitest';
import type { ChangeHub } from '../../src/console/live/change-hub.js';
import { ChangeLog } from '../../src/console/live/change-log.js';
import { ChangeStream } from '../../src/console/live/change-stream.js';

it('keeps the last change of each task, in order, and says what it has forgotten', () => {
  const log = new ChangeLog(3);
  for (const id of ['a', 'b', 'a', 'c']) log.add(id);
  expect(log.after(0, 10).map(({ taskId, number }) => [taskId, number])).toEqual([
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ]);
  expect(log.after(2, 1).map(({ taskId }) => taskId)).toEqual(['a']);
  expect(log.after(4, 1)).toEqual([]);
  expect([log.reaches(0), log.reaches(5)]).toEqual([true, false]);
  log.add('d');
  expect([log.reaches(1), log.reaches(2)]).toEqual([false, true]);
  log.forgetAll();
  expect([log.reaches(5), log.reaches(log.number)]).toEqual([false, true]);
});

it('a reader that reads slowly gets each task once, as it is then, and nothing is kept for it', async () => {
  const log = new ChangeLog();
  let ticks = Promise.withResolvers<void>();
  const hub = {
    id: 'hub',
    get number() {
      return log.number;
    },
    join: async () => () => {},
    reaches: (number: number) => log.reaches(number),
    after: (number: number, most: number) => log.after(number, most),
    changed: () => ticks.promise,
    tasks: async (changes: readonly { readonly taskId: string }[]) =>
      changes.map(({ taskId }) => ({ taskId, owner: 'ann', version: versions.get(taskId) })),
    counts: async () => ({ open: {}, ended: {} }),
  } as unknown as ChangeHub;
  const versions = new Map<string, number>();
  const ended = new AbortController();
  const sent: { readonly name: string | undefined; readonly ids: readonly string[] }[] = [];
  let canRead = Promise.withResolvers<void>();
  const stream = new ChangeStream({
    hub,
    owner: 'ann',
    after: undefined,
    stream: { signal: ended.signal, isEnding: false },
    taskJson: (task) => task,
    countsJson: (counts) => counts,
    async send(event) {
      const { tasks = [] } = 'data' in event ? (event.data as { tasks?: { taskId: string; version: number }[] }) : {};
      sent.push({ name: event.name, ids: tasks.map(({ taskId, version }) => `${taskId}${version}`) });
      if (event.name === 'tasks') await canRead.promise;
    },
  });
  const running = stream.run();
  const change = (id: string) => {
    versions.set(id, (versions.get(id) ?? 0) + 1);
    log.add(id);
    ticks.resolve();
    ticks = Promise.withResolvers<void>();
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  change('a');
  await settled();
  for (let round = 0; round < 1_000; round++) for (const id of ['a', 'b']) change(id);
  canRead.resolve();
  canRead = Promise.withResolvers<void>();
  canRead.resolve();
  await settled();
  expect(sent.filter(({ name }) => name === 'tasks').map(({ ids }) => ids)).toEqual([['a1'], ['a1001', 'b1000']]);
  ended.abort();
  await running;
});
