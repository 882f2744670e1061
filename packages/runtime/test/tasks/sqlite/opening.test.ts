import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { logFile } from '../log/open-log.js';
import { minorAfter, ownMinor } from '../releases/recorded-release.js';

it('if several processes open a new log at once, all succeed', async () => {
  await using file = await logFile();
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => openElsewhere(file.file)));
  expect(outcomes).toEqual(Array.from({ length: 4 }, () => 'open'));
});

it('an interrupted migration is run again', async () => {
  await using file = await logFile();
  const broken = new DatabaseSync(file.file);
  broken.exec('create table task_messages (id text)');
  broken.close();
  await expect(file.open()).rejects.toMatchObject({ code: 'TASK_LOG_MIGRATION_FAILED' });
  const mended = new DatabaseSync(file.file);
  expect(mended.prepare('select name from sqlite_master').all()).toEqual([{ name: 'task_messages' }]);
  mended.exec('drop table task_messages');
  mended.close();
  expect(await (await file.open()).read.unfinishedClaims()).toEqual([]);
});

it('a task log of a newer version is refused with what to do, and not changed', async () => {
  await using file = await logFile();
  await (await file.openStore())[Symbol.asyncDispose]();
  const newer = new DatabaseSync(file.file);
  newer.exec("insert into kysely_migration (name, timestamp) values ('999-of-tomorrow', '2030-01-01')");
  newer.close();
  await expect(file.open()).rejects.toMatchObject({
    code: 'TASK_LOG_TOO_NEW',
    message: expect.stringMatching(/tasks\.db was written by a version .* newer .* 999-of-tomorrow/),
  });
});

it('a task log of the next minor version is opened, and one of the minor version after that is not', async () => {
  await using file = await logFile();
  await (await file.openStore())[Symbol.asyncDispose]();
  const newer = new DatabaseSync(file.file);
  const migrate = (by: number) => {
    const name = `999-later@${minorAfter(ownMinor(), by)}`;
    newer.prepare("insert into kysely_migration (name, timestamp) values (?, '2030-01-01')").run(name);
    return name;
  };
  migrate(1);
  expect(await (await file.open()).read.unfinishedClaims()).toEqual([]);
  const message = expect.stringContaining(migrate(2));
  newer.close();
  await expect(file.open()).rejects.toMatchObject({ code: 'TASK_LOG_TOO_NEW', message });
});

it('a team database of a newer version is refused with what to do', async () => {
  await using file = await logFile();
  await (await file.openStore())[Symbol.asyncDispose]();
  const newer = new DatabaseSync(join(dirname(file.file), 'team.db'));
  newer.exec("insert into kysely_migration (name, timestamp) values ('999-of-tomorrow', '2030-01-01')");
  newer.close();
  await expect(file.open()).rejects.toMatchObject({ code: 'TEAM_DATABASE_TOO_NEW' });
});

it('the team database of version 0.1.0, which has no record of its migrations, is opened with all that it holds', async () => {
  await using file = await logFile();
  const teamFile = join(dirname(file.file), 'team.db');
  const old = new DatabaseSync(teamFile);
  old.exec(TEAM_OF_0_1_0);
  old.exec(`insert into delegations values
    ('d', 'p', 'peer', 'Peer', '', 'do it', 'x', 1, 'later', 'completed', 'r', 'done', 2, 0, 5)`);
  old.exec("insert into memories values ('m', 'LOCAL', '', 'remember', 7)");
  old.exec("insert into marks values ('initial-prompt', 9)");
  old.close();
  const store = await file.openStore();
  expect(await store.team.delegations.unsettled()).toMatchObject([{ id: 'd', answer: 'done', remoteTask: 'r' }]);
  // What has no owner is nobody's until one adopts it.
  const recalled = (owner: string) => store.team.memories.recall({ owner, text: '', limit: 9 });
  expect(await recalled('anonymous')).toEqual([]);
  await store.team.memories.adopt('ann');
  await store.team.memories.adopt('bob');
  expect(await recalled('ann')).toMatchObject([{ id: 'm', content: 'remember' }]);
  expect(await recalled('bob')).toEqual([]);
  expect(await store.team.marks.has('initial-prompt', '')).toBe(true);
  await store[Symbol.asyncDispose]();
  using after = new DatabaseSync(teamFile);
  // Version 0.1.0 refuses the file, because it would show the rows of each owner to all.
  expect(after.prepare('pragma user_version').get()).toEqual({ user_version: 2 });
});

/** The tables as that version created them. */
const TEAM_OF_0_1_0 = `
  create table delegations (id varchar(64) primary key, parent_task varchar(255) not null, peer_id varchar(255) not null,
    peer_name text not null, url text not null, text text not null, digest varchar(64) not null, ordinal integer not null,
    mode varchar(10) not null, state varchar(20) not null, remote_task varchar(255), answer text, attempts integer not null,
    reported integer not null, created_at bigint not null,
    constraint delegations_once unique (parent_task, peer_id, digest, ordinal));
  create table delegation_files (delegation_id varchar(64) not null, ordinal integer not null, name text not null,
    media_type varchar(255) not null, content blob not null,
    constraint delegation_files_key primary key (delegation_id, ordinal));
  create table memories (id varchar(64) primary key, scope varchar(10) not null, namespace varchar(255) not null,
    content text not null, created_at bigint not null);
  create table marks (name varchar(255) primary key, at bigint not null);
  pragma user_version = 1;`;

/** Opens the log in another process, and returns the output of that process. */
async function openElsewhere(file: string): Promise<string> {
  const support = new URL('../../support/host/', import.meta.url);
  const args = ['typescript-hooks.mjs', 'log-opener.ts'].map((name) => fileURLToPath(new URL(name, support)));
  const child = spawn(process.execPath, ['--import', ...args, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(child, 'close');
  return said.trim();
}
