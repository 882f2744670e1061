import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentEngine, silentLogger, type Turn, type TurnEvent } from '@molecule/adapters';
import { testControls } from '@molecule/adapters/testing/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withStoredAnswerFiles } from '../../../src/engine/files/stored-answer-files.js';
import { monotonicClock } from '../../../src/support/clock.js';
import { DirectoryBlobs } from '../../../src/tasks/blobs/directory-blobs.js';

const FILE: TurnEvent = {
  type: 'file',
  file: { kind: 'file', data: Buffer.from('made').toString('base64'), name: 'x' },
};
const STORED = {
  type: 'file',
  file: { kind: 'file', name: 'x', url: expect.stringMatching(/^molecule-file:.{64}:4$/) },
};

let parent: string;
let blobs: DirectoryBlobs;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'molecule-answer-'));
  blobs = new DirectoryBlobs(join(parent, 'blobs'), { logger: silentLogger, clock: monotonicClock });
});
afterEach(async () => {
  blobs.close();
  await rm(parent, { recursive: true, force: true, maxRetries: 5 });
});

function run(signal = new AbortController().signal): AsyncIterator<TurnEvent> {
  const engine: AgentEngine = {
    async *runTurn() {
      yield FILE;
      yield { type: 'finish' };
    },
  };
  const controls = testControls({ signal });
  return withStoredAnswerFiles(engine, blobs)
    .runTurn({} as Turn, controls)
    [Symbol.asyncIterator]();
}

it('a file is stored before its event is passed on', async () => {
  const events = run();
  expect((await events.next()).value).toEqual(STORED);
  expect((await events.next()).value).toEqual({ type: 'finish' });
});

it('while the storage is away, the turn waits without using up its time, and then goes on', async () => {
  await rename(parent, `${parent}.moved`);
  const events = run();
  expect((await events.next()).value).toMatchObject({ type: 'waiting' });
  const next = events.next();
  await rename(`${parent}.moved`, parent);
  expect((await next).value).toEqual(STORED);
});

it('an abort ends the wait for the storage', async () => {
  await rename(parent, `${parent}.moved`);
  const controller = new AbortController();
  const events = run(controller.signal);
  expect((await events.next()).value).toMatchObject({ type: 'waiting' });
  const next = events.next();
  controller.abort(new Error('canceled'));
  await expect(next).rejects.toThrow('canceled');
  await rename(`${parent}.moved`, parent);
});
