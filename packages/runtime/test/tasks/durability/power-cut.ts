import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import type { Durability } from '../../../src/tasks/storage/durability.js';
import { connect } from '../../support/a2a-client.js';
import { startHost } from '../../support/host-process.js';
import { losingDisk } from '../../support/losing-disk.js';
import { until } from '../../support/until.js';
import { openStoreIn } from '../log/open-log.js';
import { Told, type Use, useUntilGone } from './told.js';

const CLIENTS = 8;

/** Uses a server until a random moment, cuts the power, and returns what the next server has lost of what was told. */
export async function cut(durability: Durability, uses: readonly Use[], random: () => number) {
  await using disk = await losingDisk();
  if (!disk) throw new Error('There is no disk.');
  const directory = join(disk.path, 'workspace');
  await mkdir(directory);
  const config = 'name: Test\ndescription: A test.\nversion: 1.0.0\nruntime: play\n';
  // The file would be lost, too.
  await writeFile(join(directory, 'config.yaml'), config, { flush: true });
  const told = new Told();
  const before = await startHost({ directory, durability });
  const client = await connect(before.url);
  const clients = Array.from({ length: uses.length === 1 ? 1 : CLIENTS }, () =>
    useUntilGone(client, told, uses, random),
  );
  const enough = 10 + random() * 40;
  await until('the server has told much', () => told.accepted.size >= enough, 60_000);
  await before.kill('SIGKILL');
  await disk.cutPower();
  await Promise.all(clients);
  checkIntact(join(directory, '.molecule', 'tasks.db'));
  await using after = await startHost({ directory, durability });
  const lost = await told.lostIn(await connect(after.url));
  return { lost, accepted: told.accepted.size };
}

function checkIntact(file: string): void {
  const database = new Sqlite(file);
  expect(database.prepare('pragma integrity_check').all([])).toEqual([{ integrity_check: 'ok' }]);
  database.close();
}

/** The same for what the team store has reported as stored. */
export async function cutTeam(durability: Durability, random: () => number) {
  await using disk = await losingDisk();
  if (!disk) throw new Error('There is no disk.');
  const stateDir = join(disk.path, 'state');
  await mkdir(stateDir);
  const hooks = fileURLToPath(new URL('../../support/host/typescript-hooks.mjs', import.meta.url));
  const program = fileURLToPath(new URL('../../support/host/store-writer.ts', import.meta.url));
  const writer = spawn(process.execPath, ['--import', hooks, program, stateDir, durability], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stored: string[] = [];
  const read = (async () => {
    for await (const line of createInterface(writer.stdout)) stored.push(line);
  })();
  const exited = once(writer, 'exit');
  const enough = 20 + random() * 150;
  await until('much is stored', () => stored.length >= enough, 60_000);
  writer.kill('SIGKILL');
  await exited;
  await disk.cutPower();
  await read;
  await using store = await openStoreIn(stateDir);
  const memories = await store.team.memories.recall({ owner: 'ann', text: '', limit: 100_000 });
  const delegations = await store.team.delegations.unsettled();
  const found = new Set([
    ...memories.map(({ content }) => `memory ${content}`),
    ...delegations.map(({ id }) => `delegation ${id}`),
  ]);
  return { lost: stored.filter((line) => !found.has(line)), stored: stored.length };
}
