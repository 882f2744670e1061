import { expect, test, vi } from 'vitest';
import type { CheckResult } from '../../src/boot/diagnose/check.js';
import { cuttingProxy } from '../support/postgres/cutting-proxy.js';
import { freshDatabase, runSql } from '../support/postgres/fresh-database.js';
import { settingsOf } from '../support/postgres/postgres-place.js';
import { ECHO, runCli, startAgent, writeTemplate } from './run-cli.js';

// Each test starts processes, and the first one a database server.
vi.setConfig({ testTimeout: 240_000 });

async function examine(url: string): Promise<readonly CheckResult[]> {
  await using directory = await writeTemplate();
  const { stdout } = await runCli(['doctor', directory.path, '--json'], { ...ECHO, DATABASE_URL: url });
  return (JSON.parse(stdout) as { readonly checks: readonly CheckResult[] }).checks;
}

test('doctor says what it finds in the database, and changes nothing', async () => {
  await using database = await freshDatabase();
  const before = (await examine(database.url)).find(({ name }) => name === 'task store');
  expect(before).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/PostgreSQL \d+.*the next start makes \d+/),
  });
  expect((await examine(database.url)).find(({ name }) => name === 'task store')).toEqual(before);
});

test('doctor warns of a database whose commits do not survive a crash', async () => {
  await using database = await freshDatabase();
  const { database: name } = settingsOf(database.url);
  await runSql(database.url, `alter database ${name} set synchronous_commit = off`);
  expect((await examine(database.url)).find((check) => check.name === 'durability')).toMatchObject({ status: 'warn' });
});

test('tasks of an agent in the database are listed and deleted by commands of their own', async () => {
  await using database = await freshDatabase();
  const environment = { ...ECHO, DATABASE_URL: database.url };
  await using agent = await startAgent(environment);
  const sent = await runCli(['send', agent.url, 'hello'], environment);
  expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining('hello') });
  const list = async () => {
    const { stdout } = await runCli(['tasks', 'list', '--json', '--workspace', agent.directory], environment);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { readonly id: string }]));
  };
  const [{ id } = { id: '' }, ...others] = await list();
  expect(others).toEqual([]);
  const { code } = await runCli(['tasks', 'delete', id, '--yes', '--workspace', agent.directory], environment);
  expect([code, await list()]).toEqual([0, []]);
});

test('the password is in nothing that a command prints, whatever fails', async () => {
  await using database = await freshDatabase();
  await using directory = await writeTemplate();
  const { password = '', port } = settingsOf(database.url);
  await using proxy = await cuttingProxy(port);
  const wrong = 'wrong-and-never-printed';
  const printed: string[] = [];
  const run = async (args: readonly string[], url: string) => {
    const { stdout, stderr } = await runCli([...args], { ...ECHO, DATABASE_URL: url, LOG_LEVEL: 'debug' });
    printed.push(stdout, stderr);
  };
  for (const command of [
    ['doctor', directory.path],
    ['start', directory.path],
    ['tasks', 'list', '--workspace', directory.path],
  ]) {
    await run(command, database.url.replace(password, wrong));
    await run(command, `${database.url}?sslmode=verify-full`);
    await run(command, `${database.url}?unknown=1`);
    await run(command, database.url.replace('/test_', '/none_'));
  }
  const environment = { LOG_LEVEL: 'debug', DATABASE_URL: database.url.replace(`:${port}/`, `:${proxy.port}/`) };
  await using agent = await startAgent(environment);
  await runCli(['send', agent.url, 'hello'], ECHO);
  proxy.cutAll();
  await agent.cli.seen(/storage trouble/);
  agent.cli.process.kill('SIGKILL');
  const { stdout, stderr } = await agent.cli.result;
  const all = [...printed, stdout, stderr].join('\n');
  expect(all).toContain('TASK_LOG_OPEN_FAILED');
  expect(all).not.toContain(password);
  expect(all).not.toContain(wrong);
});
