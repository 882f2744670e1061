import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdBootLock } from '../../src/task-log/boot-locks.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-locks-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('a boot is alive for as long as it holds its lock', () => {
  const first = holdBootLock(directory, 'first');
  const second = holdBootLock(directory, 'second');
  expect([second.isAlive('first'), second.isAlive('second'), second.isAlive('never')]).toEqual([true, true, false]);
  first.release();
  expect(second.isAlive('first')).toBe(false);
  expect(first.isAlive('second')).toBe(true);
  second.release();
});

it('a boot is dead when its process was killed, and its lock is cleared away', async () => {
  const { child } = await lockInAnotherProcess('theirs');
  const mine = holdBootLock(directory, 'mine');
  expect(mine.isAlive('theirs')).toBe(true);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(mine.isAlive('theirs')).toBe(false);
  mine.release();
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(join(directory, 'theirs.lock'), longAgo, longAgo);
  const next = holdBootLock(directory, 'next');
  const locks = (await readdir(directory)).filter((file) => file.endsWith('.lock'));
  expect(locks).toEqual(['next.lock']);
  next.release();
});

it('a lock that is taken while others look at it is a lock that they see', async () => {
  const { child } = await lockInAnotherProcess('theirs', 'look at mine');
  const other = holdBootLock(directory, 'other');
  try {
    for (let round = 0; round < 500; round++) {
      const lock = holdBootLock(directory, `mine-${round}`);
      expect(other.isAlive(`mine-${round}`), `round ${round}`).toBe(true);
      lock.release();
    }
  } finally {
    other.release();
    child.kill('SIGKILL');
  }
});

/** A process that holds a lock, and perhaps looks at ours without pause. */
async function lockInAnotherProcess(bootId: string, mode = 'hold') {
  const support = new URL('../support/host/', import.meta.url);
  const args = ['typescript-hooks.mjs', 'lock-holder.ts'].map((name) => fileURLToPath(new URL(name, support)));
  const child = spawn(process.execPath, ['--import', ...args, directory, bootId, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return { child };
}
