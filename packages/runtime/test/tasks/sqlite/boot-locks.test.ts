import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BootLocks } from '../../../src/tasks/sqlite/boot-locks.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-locks-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('a boot is alive while it holds its lock', async () => {
  const first = new BootLocks(directory, 'first');
  const second = new BootLocks(directory, 'second');
  expect(await Promise.all(['first', 'second', 'never'].map((id) => second.isAlive(id)))).toEqual([true, true, false]);
  await first.release();
  expect(await second.isAlive('first')).toBe(false);
  expect(await first.isAlive('second')).toBe(true);
  await second.release();
});

it('a boot whose process was killed is dead, and its lock file is removed', async () => {
  const { child } = await lockInAnotherProcess('theirs');
  const mine = new BootLocks(directory, 'mine');
  expect(await mine.isAlive('theirs')).toBe(true);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(await mine.isAlive('theirs')).toBe(false);
  await mine.release();
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(join(directory, 'theirs.lock'), longAgo, longAgo);
  const next = new BootLocks(directory, 'next');
  const locks = (await readdir(directory)).filter((file) => file.endsWith('.lock'));
  expect(locks).toEqual(['next.lock']);
  await next.release();
});

it('a lock that is taken while other processes check it is detected by them', async () => {
  const { child } = await lockInAnotherProcess('theirs', 'look at mine');
  const other = new BootLocks(directory, 'other');
  try {
    for (let round = 0; round < 500; round++) {
      const lock = new BootLocks(directory, `mine-${round}`);
      expect(await other.isAlive(`mine-${round}`), `round ${round}`).toBe(true);
      await lock.release();
    }
  } finally {
    await other.release();
    child.kill('SIGKILL');
  }
});

/** A process that holds a lock, and may continuously check this process's lock. */
async function lockInAnotherProcess(bootId: string, mode = 'hold') {
  const support = new URL('../../support/host/', import.meta.url);
  const args = ['typescript-hooks.mjs', 'lock-holder.ts'].map((name) => fileURLToPath(new URL(name, support)));
  const child = spawn(process.execPath, ['--import', ...args, directory, bootId, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return { child };
}
