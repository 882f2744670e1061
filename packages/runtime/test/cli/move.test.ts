import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { freshDatabase, queryRows, runSql } from '../support/postgres/fresh-database.js';
import { until } from '../support/until.js';
import { type CliEnvironment, ECHO, runCli, spawnCli, startAgent, writeTemplate } from './run-cli.js';

// Each test starts processes, and the first one a database server.
vi.setConfig({ testTimeout: 240_000 });

const SQLITE: CliEnvironment = { ...ECHO, ECHO_REPEATS: '1' };

interface ListedTask {
  readonly id: string;
  readonly contextId: string;
  readonly state: string;
}

async function start(directory: string, environment: CliEnvironment) {
  const cli = spawnCli(['start', directory], environment);
  const [, url = ''] = await cli.seen(/url +(http:\S+)[\s\S]* send \S/);
  return { url, [Symbol.asyncDispose]: () => cli[Symbol.asyncDispose]() };
}

test('an agent moves to a database while one of its turns is unfinished, and its client reads the whole answer there', async () => {
  await using database = await freshDatabase();
  await using directory = await writeTemplate();
  const postgres = { ...SQLITE, DATABASE_URL: database.url };
  const move = () => runCli(['tasks', 'move', '--workspace', directory.path], postgres);
  const words = Array.from({ length: 8 }, (_, index) => `w${index}`);
  const listed = async (environment: CliEnvironment, ...more: readonly string[]) => {
    const { stdout } = await runCli(['tasks', 'list', '--json', '--workspace', directory.path, ...more], environment);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ListedTask]));
  };
  {
    await using agent = await start(directory.path, { ...SQLITE, ECHO_HOLDS_AT: 'w3' });
    expect(await runCli(['send', agent.url, 'hello', '--context', 'talk'], SQLITE)).toMatchObject({ code: 0 });
    await using sending = spawnCli(['send', agent.url, `slowly ${words.join(' ')}`, '--context', 'talk'], SQLITE);
    await sending.seen(/w2/);
    expect(await move()).toMatchObject({ code: 1, stderr: expect.stringContaining('STORE_IN_USE') });
  }
  const unfinished = await listed(SQLITE, '--state', 'working');
  expect(unfinished).toHaveLength(1);
  const [{ id: taskId } = { id: '' }] = unfinished;
  const moved = await move();
  expect(moved).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/was moved to the database test_\w+ at [\s\S]* {2}tasks +2\n/),
  });
  const refused = await runCli(['start', directory.path], SQLITE);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('STORE_MOVED') });
  await using agent = await start(directory.path, postgres);
  const answer = await runCli(['task', agent.url, taskId], postgres);
  expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining(words.join(' ')) });
  const all = await listed(postgres);
  expect(all.map(({ contextId, state }) => [contextId, state])).toEqual([
    ['talk', 'completed'],
    ['talk', 'completed'],
  ]);
});

test('a move that is killed in the middle leaves nothing that looks whole; repeated, it moves all', async () => {
  await using database = await freshDatabase();
  await using agent = await startAgent();
  const environment = { ...ECHO, DATABASE_URL: database.url };
  const { directory } = agent;
  for (const text of ['one', 'two']) await runCli(['send', agent.url, text], ECHO);
  agent.cli.process.kill('SIGTERM');
  await agent.cli.result;
  const args = ['tasks', 'move', '--workspace', directory];
  // Makes the tables, so that one of them can be held up.
  await runCli(['tasks', 'list', '--workspace', directory], environment);
  await runSql(
    database.url,
    `create function hold() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return new; end $$;
     create trigger hold before insert on task_messages for each row execute function hold()`,
  );
  await using first = spawnCli(args, environment);
  await until('the move writes the table that is held up', async () => {
    const rows = await queryRows(
      database.url,
      "select 1 from pg_stat_activity where state = 'active' and query like 'insert into \"task_messages\"%'",
    );
    return rows.length > 0 || undefined;
  });
  first.process.kill('SIGKILL');
  await first.result;
  await runSql(
    database.url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await runSql(database.url, 'drop trigger hold on task_messages');
  expect(await queryRows(database.url, 'select count(*)::int as tasks from tasks')).toEqual([{ tasks: 2 }]);
  // For as long as its lease, the command counts as alive.
  await until('the lease of the killed command is over', async () => {
    const rows = await queryRows(database.url, 'select 1 from boots where lease_until > clock_timestamp()');
    return rows.length === 0 || undefined;
  });
  const commands = [
    ['start', directory],
    ['tasks', 'list', '--workspace', directory],
    ['doctor', directory],
  ];
  for (const { code, stdout, stderr } of await Promise.all(commands.map((words) => runCli(words, environment)))) {
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining('STORE_INCOMPLETE')]);
  }
  // The source was not changed: an agent may go on there.
  const list = async (more: CliEnvironment) =>
    (await runCli(['tasks', 'list', '--json', '--workspace', directory], more)).stdout.split('\n').sort();
  const before = await list(ECHO);
  expect(await runCli(args, environment)).toMatchObject({ code: 0, stdout: expect.stringMatching(/ {2}tasks +2\n/) });
  expect(await list(environment)).toEqual(before);
  expect(await list(ECHO)).toEqual(['']);
});

test('what is missing is said', async () => {
  await using directory = await writeTemplate();
  const args = ['tasks', 'move', '--workspace', directory.path];
  expect(await runCli(args, ECHO)).toMatchObject({ code: 2, stderr: expect.stringContaining('set DATABASE_URL, or') });
  const nowhere = { ...ECHO, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  expect(await runCli(args, nowhere)).toMatchObject({ code: 1, stderr: expect.stringContaining('TASKS_NOT_STORED') });
  await rm(join(directory.path, '.molecule'), { recursive: true, force: true });
});
