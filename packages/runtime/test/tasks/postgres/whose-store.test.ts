import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { inspectDatabase } from '../../../src/tasks/postgres/inspect-database.js';
import { renameStore } from '../../../src/tasks/postgres/rename-store.js';
import { movePlaces } from '../move/move-places.js';

const REFUSED = { code: 'STORE_OF_OTHER_WORKSPACE', message: expect.stringContaining('WORKSPACE_ID=one') };

it('the database of a workspace is opened by its replicas and commands, and by no other workspace', async () => {
  await using places = await movePlaces();
  await using _first = await places.openPostgres('agent', 'one');
  await using _second = await places.openPostgres('agent', 'one');
  await using _command = await places.openPostgres('command', 'one');
  await expect(places.openPostgres('agent', 'other')).rejects.toMatchObject(REFUSED);
  await expect(places.openPostgres('command', 'other')).rejects.toMatchObject(REFUSED);
  await expect(inspectDatabase(places.database, 'other')).rejects.toMatchObject(REFUSED);
  await expect(inspectDatabase(places.database, 'one')).resolves.toMatchObject({ pending: [] });
});

it('of two workspaces that are the first to open a database at once, one is refused', async () => {
  await using places = await movePlaces();
  // Both find the tables, and no workspace.
  await (await places.openPostgres('command', 'neither'))[Symbol.asyncDispose]();
  const opened = await Promise.allSettled(['one', 'other'].map((id) => places.openPostgres('agent', id)));
  const refused = opened.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  for (const result of opened) if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]();
  expect(refused).toEqual([expect.objectContaining({ code: 'STORE_OF_OTHER_WORKSPACE' })]);
});

it('a workspace that was renamed takes its database with it, when none of its agents runs', async () => {
  await using places = await movePlaces();
  const rename = (before: string) =>
    renameStore(places.database, { before, workspaceId: 'new', stateDir: places.stateDir, logger: silentLogger });
  const agent = await places.openPostgres('agent', 'one');
  await expect(rename('one')).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  await agent[Symbol.asyncDispose]();
  await expect(rename('mistyped')).rejects.toMatchObject({
    code: 'STORE_OF_OTHER_WORKSPACE',
    message: expect.stringContaining('belong to the workspace "one", and not to "mistyped"'),
  });
  await rename('one');
  await (await places.openPostgres('agent', 'new'))[Symbol.asyncDispose]();
  await expect(places.openPostgres('agent', 'one')).rejects.toMatchObject({ code: 'STORE_OF_OTHER_WORKSPACE' });
});
