import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import { LOG_TABLES, TEAM_TABLES } from '../../../src/tasks/move/copied-tables.js';
import { readStateId } from '../../../src/tasks/storage/state-id.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { queryRows, runSql } from '../../support/postgres/fresh-database.js';
import { addTask, claim, existing, words } from '../log/open-log.js';
import { CONTEXT, type FullStore, fill } from './full-store.js';
import { type MovePlaces, movePlaces, WORKSPACE } from './move-places.js';

async function filled(places: MovePlaces): Promise<FullStore> {
  await using store = await places.openSqlite();
  return await fill(store);
}

async function bytesOf(store: TaskStore, digest: string): Promise<Buffer> {
  const pieces = [];
  for await (const piece of store.blobs.read(digest)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Everything that readers see of a store. */
async function contentOf({ log, team, keys }: TaskStore, delegation: string) {
  const tasks = await log.operator.tasks({}, 100);
  const events = Object.fromEntries(
    await Promise.all(tasks.map(async ({ id }) => [id, await log.read.eventsAfter(id, 0)] as const)),
  );
  const engine = log.engineRecords.of(CONTEXT);
  return {
    tasks,
    events,
    records: await Promise.all(tasks.map(({ id }) => existing(log, id))),
    files: await log.operator.files('ended'),
    messages: await Promise.all(tasks.map(({ id }) => log.operator.messages(id))),
    unfinished: await log.read.unfinishedClaims(),
    abandoned: await log.abandonedWork.all(),
    engine: [await engine.get('state'), await engine.list('said')],
    delegation: await team.delegations.get(delegation),
    delegated: await team.delegations.files(delegation),
    memories: await team.memories.recall({ owner: 'ann', text: '', limit: 10 }),
    push: [await log.push.list({}, 10), await log.push.deliveries.next({ taskId: 'ended', id: 'hook' })],
    pushConfigs: await log.push.configs.list('ann', 'asking'),
    keys: await keys.all(),
    isMarked: await team.marks.has('initial-prompt', 'ann'),
  };
}

test('what a store holds is the same after the move, also what is unfinished, and turns go on with the next numbers', async () => {
  await using places = await movePlaces();
  const { digest, file, delegation } = await filled(places);
  const before = await places.openSqlite('command').then(async (store) => {
    await using opened = store;
    return await contentOf(opened, delegation);
  });
  const report = await places.move();
  expect(Object.fromEntries(report.rows)).toMatchObject({ tasks: 5, task_blobs: 1, conversations: 1, memories: 1 });
  for (const { name } of [...LOG_TABLES, ...TEAM_TABLES]) expect(report.rows.get(name), name).toBeGreaterThan(0);
  expect(report).toMatchObject({ files: 1, bytes: file.length, missing: [] });
  await using store = await places.openPostgres();
  const after = await contentOf(store, delegation);
  const delegated = before.delegation && { ...before.delegation, peerName: 'Peer\u{fffd}' };
  expect(after).toEqual({ ...before, delegation: delegated });
  expect(await bytesOf(store, digest)).toEqual(file);
  expect(store.sharedId).toBe(readStateId(places.stateDir));
  const dead = await existing(store.log, 'dead');
  expect(dead.checkpoint).toEqual({ at: 7 });
  expect(await store.boots.isAlive('dead-boot')).toBe(false);
  const writer = await claim(store.log, dead, store.boots.id);
  await writer?.append([words(dead, ' and the rest')]);
  expect((await store.log.read.eventsAfter('dead', dead.seq)).map(({ seq }) => seq)).toEqual([
    dead.seq + 1,
    dead.seq + 2,
  ]);
});

test('afterwards the source is as it was and does not open, until its mark is removed as the error says', async () => {
  await using places = await movePlaces();
  const { delegation } = await filled(places);
  const rows = () => {
    const sqlite = new Sqlite(join(places.stateDir, 'tasks.db'), { create: false });
    const found = LOG_TABLES.map(({ name }) => sqlite.prepare(`select * from ${name}`).all([]));
    sqlite.close();
    return found;
  };
  const before = rows();
  await places.move();
  expect(rows()).toEqual(before);
  for (const opener of ['agent', 'command'] as const) {
    await expect(places.openSqlite(opener)).rejects.toMatchObject({
      code: 'STORE_MOVED',
      message: expect.stringContaining(`remove ${join(places.stateDir, 'move.json')}`),
    });
  }
  await expect(places.move()).rejects.toMatchObject({ code: 'STORE_MOVED' });
  await rm(join(places.stateDir, 'move.json'));
  await using back = await places.openSqlite();
  expect(await back.team.delegations.get(delegation)).toBeDefined();
});

test('a file of the source stays after its copy was deleted', async () => {
  await using places = await movePlaces();
  const { digest } = await filled(places);
  await places.move();
  await using store = await places.openPostgres();
  await store.blobs.localPath(digest);
  expect(await readdir(join(places.stateDir, 'copies'))).toHaveLength(1);
  expect(await readdir(join(places.stateDir, 'blobs', digest.slice(0, 2)))).toEqual([digest]);
});

test('a store moves back from the database, with everything', async () => {
  await using places = await movePlaces();
  const { digest, file, delegation } = await filled(places);
  await places.move();
  const before = await places.openPostgres().then(async (store) => {
    await using opened = store;
    await addTask(opened.log, 'newer');
    return await contentOf(opened, delegation);
  });
  const directory = await mkdtemp(join(tmpdir(), 'molecule-moved-back-'));
  try {
    await places.moveBack(directory);
    await using store = await places.openSqlite('agent', directory);
    expect(await contentOf(store, delegation)).toEqual(before);
    expect(await bytesOf(store, digest)).toEqual(file);
    expect(readStateId(directory)).toBe(readStateId(places.stateDir));
    await expect(places.openPostgres()).rejects.toMatchObject({ code: 'STORE_MOVED' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test('tables of many rows and of large rows are moved in pages', async () => {
  await using places = await movePlaces();
  await (await places.openSqlite())[Symbol.asyncDispose]();
  const sqlite = new Sqlite(join(places.stateDir, 'tasks.db'), { create: false });
  const insert = sqlite.prepare('insert into task_contents values (?, ?, ?, ?)');
  sqlite.exec('begin');
  for (let seq = 0; seq < 1_700; seq++)
    insert.run([`t-${seq % 3}`, 'event', seq, `{"seq":${seq},"text":"ä\u{1f600}"}`]);
  for (let seq = 0; seq < 4; seq++) insert.run(['large', 'event', seq, `"${'x'.repeat(3_000_000 + seq)}"`]);
  sqlite.exec('commit');
  sqlite.close();
  const { rows } = await places.move();
  expect(rows.get('task_contents')).toBe(1_704);
  const found = await queryRows(
    places.url,
    "select count(*)::int, max(length(content)) from task_contents where task_id = 'large'",
  );
  expect(found).toEqual([{ count: 4, max: 3_000_005 }]);
});

test('an agent on either side, another command, and a target that is not empty are refused', async () => {
  await using places = await movePlaces();
  await filled(places);
  const source = await places.openSqlite();
  await expect(places.move()).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  await source[Symbol.asyncDispose]();
  const target = await places.openPostgres();
  await expect(places.move()).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  await addTask(target.log, 'there');
  await target[Symbol.asyncDispose]();
  await expect(places.move()).rejects.toMatchObject({
    code: 'STORE_NOT_EMPTY',
    message: expect.stringContaining('tasks (1)'),
  });
  // Nothing was changed, and both can be used.
  await (await places.openSqlite())[Symbol.asyncDispose]();
  await using store = await places.openPostgres();
  expect(await store.log.read.get('there')).toBeDefined();
});

test('a copy that is not equal is found, and cannot be used', async () => {
  await using places = await movePlaces();
  await filled(places);
  await (await places.openPostgres())[Symbol.asyncDispose]();
  // A server that changes what is written, for example by a trigger of somebody else.
  await runSql(
    places.url,
    `create function spoil() returns trigger language plpgsql as $$ begin new.content := new.content || ' '; return new; end $$;
     create trigger spoil before insert on task_contents for each row execute function spoil()`,
  );
  await expect(places.move()).rejects.toMatchObject({
    code: 'STORE_COPY_DIFFERS',
    message: expect.stringContaining('task_contents'),
  });
  await expect(places.openPostgres()).rejects.toMatchObject({ code: 'STORE_INCOMPLETE' });
  await (await places.openSqlite())[Symbol.asyncDispose]();
  await runSql(places.url, 'drop trigger spoil on task_contents');
  await places.move();
  await (await places.openPostgres())[Symbol.asyncDispose]();
});

test('the store belongs to the workspace that was moved', async () => {
  await using places = await movePlaces();
  await filled(places);
  await places.move();
  await expect(places.openPostgres('agent', 'other')).rejects.toMatchObject({
    code: 'STORE_OF_OTHER_WORKSPACE',
    message: expect.stringContaining(`"${WORKSPACE}"`),
  });
});
