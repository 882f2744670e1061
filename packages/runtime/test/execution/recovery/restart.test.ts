import { describe, expect, it } from 'vitest';
import { answerOf, begin, connect, failureOf, getTask, send, stateOf, subscribe } from '../../support/a2a-client.js';
import { startHost, workspaceDirectory } from '../../support/host-process.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { freshDatabase } from '../../support/postgres/fresh-database.js';
import { StreamReader } from '../../support/reader.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { addTask, claim, existing, openStoreIn } from '../../tasks/log/open-log.js';

interface Workspace extends AsyncDisposable {
  readonly directory: string;
  /** The URL of the database with its tasks; undefined: they are in the directory. */
  readonly database: string | undefined;
}

async function workspaceIn(store: 'SQLite' | 'PostgreSQL'): Promise<Workspace> {
  const directory = await workspaceDirectory();
  const database = store === 'PostgreSQL' ? await freshDatabase() : undefined;
  return {
    directory: directory.path,
    database: database?.url,
    async [Symbol.asyncDispose]() {
      await database?.[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const restarted = (
  { directory, database = '' }: Pick<Workspace, 'directory' | 'database'>,
  options: { readonly repeatableTurns?: boolean } = {},
) => {
  const played = playAdapter(options);
  const environment = { DATABASE_URL: database };
  return startTestRuntime({ adapter: played.adapter, directory, environment }).then((runtime) => ({
    runtime,
    ...played,
  }));
};

describe.each(['SQLite', 'PostgreSQL'] as const)('with tasks in %s', (store) => {
  it('a turn whose process was killed is failed by the next process, and its text is kept', async () => {
    await using workspace = await workspaceIn(store);
    await using host = await startHost({ ...workspaceOf(workspace) });
    const client = await connect(host.url);
    const done = await send(client, 'done before');
    const running = await begin(client, play({ say: 'half' }, { gate: 'never' }), { contextId: 'c-1' });
    const queued = await begin(client, 'queued', { contextId: 'c-1' });
    const asked = await send(client, play({ ask: 'Which?' }));
    await until('it has spoken', async () => answerOf(await getTask(client, running.id)) === 'half');
    expect(await host.kill('SIGKILL')).toBe('SIGKILL');

    const { runtime, turns } = await restarted(workspace);
    await using _runtime: TestRuntime = runtime;
    const after = await connect(runtime.url);
    const cut = await ended(after, running.id);
    expect([stateOf(cut), failureOf(cut), answerOf(cut)]).toEqual(['failed', 'INTERRUPTED_BY_RESTART', 'half']);
    expect(answerOf(await ended(after, queued.id))).toBe('echo: queued');
    expect(await getTask(after, done.id)).toEqual(done);
    expect(answerOf(await send(after, 'blue', { taskId: asked.id }))).toBe('answered: blue');
    expect(turns.map(({ turn }) => turn.taskId)).toEqual([queued.id, asked.id]);
    const { tasks } = await after.listTasks({
      tenant: '',
      contextId: '',
      status: 0,
      pageToken: '',
      statusTimestampAfter: undefined,
    });
    expect(tasks.map(({ id }) => id).sort()).toEqual([done, running, queued, asked].map(({ id }) => id).sort());
  });

  it('a turn that its adapter allows to be repeated runs again, as the second attempt', async () => {
    await using workspace = await workspaceIn(store);
    await using host = await startHost({ ...workspaceOf(workspace), repeatableTurns: true });
    const client = await connect(host.url);
    const task = await begin(
      client,
      play({ say: 'half' }, { checkpoint: { step: 1 } }, { gate: 'go' }, { say: ' whole' }),
    );
    await until('it has spoken', async () => answerOf(await getTask(client, task.id)) === 'half');
    await host.kill('SIGKILL');

    const { runtime, turns, gates } = await restarted(workspace, { repeatableTurns: true });
    await using _runtime: TestRuntime = runtime;
    const after = await connect(runtime.url);
    const stream = subscribe(after, task.id);
    const reader = await new StreamReader().readFirst(stream);
    await until('it runs again', () => turns.length === 2);
    gates.open('go');
    await reader.readAll(stream);
    expect([stateOf(reader.task), reader.answer]).toEqual(['completed', 'half whole']);
    expect(turns.map(({ turn }) => [turn.kind, turn.attempt, turn.checkpoint])).toEqual([
      ['continue', 2, { step: 1 }],
      ['message', 2, { step: 1 }],
    ]);
  });

  it('a turn that runs when the server stops without a grace period fails with that reason', async () => {
    await using workspace = await workspaceIn(store);
    await using host = await startHost({ ...workspaceOf(workspace) });
    const client = await connect(host.url);
    const reader = new StreamReader();
    const task = await begin(client, play({ say: 'half' }, { gate: 'never' }));
    const reading = reader.readAll(subscribe(client, task.id));
    await until('it has spoken', () => reader.answer === 'half');
    expect(await host.kill('SIGTERM')).toBe(0);
    await reading;
    expect([stateOf(reader.task), failureOf(reader.task)]).toEqual(['failed', 'INTERRUPTED_BY_SHUTDOWN']);

    const { runtime } = await restarted(workspace);
    await using _runtime: TestRuntime = runtime;
    expect(failureOf(await getTask(await connect(runtime.url), task.id))).toBe('INTERRUPTED_BY_SHUTDOWN');
  });

  it('a process that starts beside another leaves its running tasks alone', async () => {
    await using workspace = await workspaceIn(store);
    const { runtime: first, gates, turns } = await restarted(workspace);
    await using _first: TestRuntime = first;
    const client = await connect(first.url);
    const task = await begin(client, play({ say: 'half' }, { gate: 'go' }, { say: ' whole' }));
    await until('it runs', () => turns.length === 1);
    await using second = await startHost({ ...workspaceOf(workspace) });
    const beside = await connect(second.url);
    expect(stateOf(await getTask(beside, task.id))).toBe('working');
    const stream = subscribe(beside, task.id);
    const reader = await new StreamReader().readFirst(stream);
    gates.open('go');
    await reader.readAll(stream);
    expect([stateOf(reader.task), reader.answer]).toEqual(['completed', 'half whole']);
  });

  it('a cancel that reaches another process stops the work within two seconds', async () => {
    await using workspace = await workspaceIn(store);
    const { runtime: first, turns } = await restarted(workspace);
    await using _first: TestRuntime = first;
    const task = await begin(await connect(first.url), play({ gate: 'never' }));
    await until('it runs', () => turns.length === 1);
    await using second = await startHost({ ...workspaceOf(workspace) });
    const canceled = await (await connect(second.url)).cancelTask({ tenant: '', id: task.id, metadata: undefined });
    expect(stateOf(canceled)).toBe('canceled');
    await until('the engine has stopped', () => turns[0]?.running === false, 2_000);
    expect(turns[0]?.reason).toMatchObject({ code: 'canceled' });
  });

  it('the tasks of a process that dies are recovered by another one', async () => {
    await using workspace = await workspaceIn(store);
    await using doomed = await startHost({ ...workspaceOf(workspace) });
    const { runtime } = await restarted(workspace);
    await using _runtime: TestRuntime = runtime;
    const task = await begin(await connect(doomed.url), play({ gate: 'never' }));
    const client = await connect(runtime.url);
    await until('it runs', async () => stateOf(await getTask(client, task.id)) === 'working');
    await doomed.kill('SIGKILL');
    expect(failureOf(await ended(client, task.id))).toBe('INTERRUPTED_BY_RESTART');
  });
});

it('a turn that crashes its process each time is not repeated endlessly', async () => {
  await using workspace = await workspaceDirectory();
  const { runtime: first } = await restarted(
    { directory: workspace.path, database: undefined },
    { repeatableTurns: true },
  );
  const { stateDir } = first.info;
  await first.shutdown();
  const before = await openStoreIn(stateDir);
  const { taskId } = await addTask(before.log);
  // As thirty processes would that the turn crashed.
  for (let life = 1; life <= 30; life++)
    await claim(before.log, await existing(before.log, taskId), `dead-boot-${life}`);
  await before[Symbol.asyncDispose]();

  const { runtime, turns } = await restarted(
    { directory: workspace.path, database: undefined },
    { repeatableTurns: true },
  );
  await using _runtime: TestRuntime = runtime;
  await using after = await openStoreIn(stateDir);
  expect(failureOf((await existing(after.log, taskId)).task)).toBe('TURN_LOST');
  expect(turns).toEqual([]);
});

/** Without what ends it. */
function workspaceOf({ directory, database }: Workspace) {
  return { directory, database };
}

async function ended(client: Awaited<ReturnType<typeof connect>>, taskId: string) {
  return until(
    'the task is over',
    async () => {
      const task = await getTask(client, taskId);
      return ['completed', 'failed', 'canceled'].includes(stateOf(task)) && task;
    },
    15_000,
  );
}
