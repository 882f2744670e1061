import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestClient } from '../../src/testing/test-client.js';
import { installConsole } from '../support/console-package.js';
import { type ConsoleEvent, openConsoleStream } from '../support/console-stream.js';
import { startHost, workspaceDirectory } from '../support/host-process.js';
import { play } from '../support/play-adapter.js';
import { freshDatabase } from '../support/postgres/fresh-database.js';
import { until } from '../support/until.js';

interface Tasks {
  readonly tasks: readonly { readonly id: string; readonly state: string }[];
}

async function consoleDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const directory = await workspaceDirectory();
  await writeFile(join(directory.path, 'config.yaml'), 'name: Test\nversion: 1.0.0\nruntime: play\nconsole: true\n');
  await installConsole(directory.path);
  return directory;
}

function hasTask(id: string, state: string) {
  return (data: object) => (data as Tasks).tasks.some((task) => task.id === id && task.state === state);
}

function numbersIn(events: readonly ConsoleEvent[]): number[] {
  return events.flatMap(({ event, data }) => (event === 'event' ? [Number(data['seq'])] : []));
}

it('a page whose server was killed in the middle of a turn gets exactly the events that it lacks from the next one', async () => {
  await using directory = await consoleDirectory();
  const host = await startHost({ directory: directory.path, repeatableTurns: true });
  const task = await new TestClient(host.url).begin(play({ stream: 400, everyMs: 5 }, { say: 'the end' }));
  const query = `console/api/changes?task=${task.id}&after=0`;
  const before: ConsoleEvent[] = [];
  {
    await using stream = await openConsoleStream(`${host.url}/${query}`);
    await stream.until('event', ({ seq }) => Number(seq) >= 10);
    expect(await host.kill('SIGKILL')).toBe('SIGKILL');
    // What was on its way still arrives; then the connection breaks.
    for (let open = true; open; ) {
      open = (await stream.next().catch(() => undefined)) !== undefined;
    }
    before.push(...stream.events);
  }
  await using next = await startHost({ directory: directory.path, repeatableTurns: true });
  await using stream = await openConsoleStream(`${next.url}/${query}`, { 'last-event-id': before.at(-1)?.id ?? '' });
  expect(await stream.next()).toMatchObject({ event: 'ready', data: { resumed: false } });
  expect((await stream.until('end')).data).toEqual({ id: task.id, state: 'TASK_STATE_COMPLETED' });
  const numbers = [...numbersIn(before), ...numbersIn(stream.events)];
  expect(numbers.length).toBeGreaterThan(20);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const page = await fetch(`${next.url}/console/api/tasks/${task.id}/events`);
  const { events } = (await page.json()) as { readonly events: readonly { readonly seq: number }[] };
  expect(events.map(({ seq }) => seq)).toEqual(numbers);
});

it.each(['PostgreSQL', 'SQLite'] as const)(
  'a page sees the tasks of other processes with the same tasks in %s',
  async (store) => {
    await using database = store === 'PostgreSQL' ? await freshDatabase() : undefined;
    await using one = await consoleDirectory();
    await using two = await consoleDirectory();
    const places = { database: database?.url };
    await using first = await startHost({ directory: one.path, ...places });
    await using second = await startHost({ directory: database ? two.path : one.path, ...places });
    await using stream = await openConsoleStream(`${second.url}/console/api/changes`);
    await stream.until('counts');
    const asks = await new TestClient(first.url).send(play({ ask: 'Go on?' }));
    await stream.until('tasks', hasTask(asks.id, 'TASK_STATE_INPUT_REQUIRED'));
    await new TestClient(second.url).send('yes', { taskId: asks.id });
    await stream.until('tasks', hasTask(asks.id, 'TASK_STATE_COMPLETED'));
    const done = await new TestClient(first.url).send('hello');
    await stream.until('tasks', hasTask(done.id, 'TASK_STATE_COMPLETED'));
    await until('the list has both', async () => {
      const { tasks } = (await (await fetch(`${second.url}/console/api/tasks`)).json()) as Tasks;
      return tasks.length === 2;
    });
  },
);
