import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { holdInstanceSlot } from '../../../src/execution/durable/instance-slot.js';
import { tryLock } from '../../../src/support/sqlite/file-lock.js';
import { recordingLogger } from '../../support/recording-logger.js';

const LOOK_MS = 1_000;
let parent: string;
let stateDir: string;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  parent = await mkdtemp(join(tmpdir(), 'molecule-slot-'));
  stateDir = join(parent, '.molecule');
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(parent, { recursive: true, force: true });
});

/** Runs the timer that checks the slot. If the check threw, the process would end, because no caller could catch it. */
const look = () => vi.advanceTimersByTime(LOOK_MS);

it('an unreachable state directory ends no process that holds a slot in it', async () => {
  const { logger, lines } = recordingLogger();
  const slot = holdInstanceSlot(stateDir, logger);
  await writeFile(join(stateDir, 'tasks.db'), '');
  await rename(stateDir, `${stateDir}-elsewhere`);
  await symlink(stateDir, stateDir);
  look();
  await rm(stateDir);
  await rename(`${stateDir}-elsewhere`, stateDir);
  look();
  expect(lines).toEqual([]);
  expect(tryLock(join(stateDir, 'instances', '1.lock'))).toBeUndefined();
  slot.release();
});

it('a slot that cannot be taken is tried again, and logged once', async () => {
  const { logger, lines } = recordingLogger();
  const slot = holdInstanceSlot(stateDir, logger);
  await writeFile(join(stateDir, 'tasks.db'), '');
  await rm(join(stateDir, 'instances'), { recursive: true });
  await writeFile(join(stateDir, 'instances'), 'no directory');
  look();
  look();
  expect(lines.map(({ level }) => level)).toEqual(['warn']);
  await rm(join(stateDir, 'instances'));
  look();
  expect(tryLock(join(stateDir, 'instances', '1.lock'))).toBeUndefined();
  slot.release();
});
