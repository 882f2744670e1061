import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { TokenFile } from '../../src/platform/api/token-file.js';
import { WorkspaceToken } from '../../src/platform/api/workspace-token.js';
import { openTaskStore } from '../../src/tasks/open-task-store.js';

async function bench() {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-token-'));
  const store = await openTaskStore({ taskStore: 'memory', stateDir: directory, logger: silentLogger });
  const records = store.team.platform;
  const file = new TokenFile(directory);
  return {
    path: file.path,
    records,
    open: (isShared: boolean) => WorkspaceToken.open(file, records, isShared),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

test('the token of several machines is in their database: one that the file has gets there once the platform accepts it', async () => {
  await using at = await bench();
  await writeFile(at.path, 'from the file\n');
  const token = await at.open(true);
  expect([token.token, await at.records.facts()]).toEqual(['from the file', {}]);
  await token.save();
  expect(await at.records.facts()).toEqual({ token: 'from the file' });
  const other = await at.open(true);
  token.take('issued');
  await token.save();
  await other.refresh();
  expect(other.token).toBe('issued');
  expect(await readFile(at.path, 'utf8')).toBe('from the file\n');
});

test('the token of one machine is in its file; one that a move has brought along gets there', async () => {
  await using at = await bench();
  await at.records.set('token', 'moved');
  const token = await at.open(false);
  expect(token.token).toBe('moved');
  await token.save();
  expect(await readFile(at.path, 'utf8')).toBe('moved\n');
});

test('a token that was refused is replaced by another one that is kept, and kept if there is no other', async () => {
  await using at = await bench();
  await at.records.set('token', 'old');
  const token = await at.open(true);
  await token.refused();
  expect(token.token).toBe('old');
  await writeFile(at.path, 'new\n');
  await token.refused();
  expect(token.token).toBe('new');
  await token.refresh();
  expect(token.token).toBe('new');
  await token.save();
  expect(await at.records.facts()).toEqual({ token: 'new' });
});
