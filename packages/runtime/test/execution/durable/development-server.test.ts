import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRuntime } from '../../../src/index.js';
import { answerOf, connect, send } from '../../support/a2a-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { isDurable } from './support/durable-workspace.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-dev-'));
});

afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

async function start(workspace: string, { logger, lines } = recordingLogger()) {
  await writeFile(join(workspace, 'config.yaml'), 'name: Test\ndescription: A test.\nversion: 1.0.0\nruntime: play\n');
  const environment = { PATH: process.env['PATH'] ?? '', HOME: homedir() };
  const { adapter } = playAdapter();
  const runtime = startRuntime({ configPath: workspace, environment, port: 0, adapter, logger, dev: true });
  const { url, durable } = await runtime.ready;
  return { runtime, url, durable, lines, [Symbol.asyncDispose]: () => runtime.shutdown({ graceMs: 0 }) };
}

test('two processes on one state directory share one Temporal server', async () => {
  await using first = await start(directory);
  await using second = await start(directory);
  expect([await isDurable(first.url), await isDurable(second.url)]).toEqual([true, true]);
  expect(second.durable).toEqual(first.durable);
  await send(await connect(second.url), 'hello');
});

test('a corrupt file of the Temporal server is moved aside, and the start continues', async () => {
  const state = join(directory, '.molecule');
  await mkdir(state);
  await writeFile(join(state, 'temporal.db'), 'SQLite format 3\0, and then something else entirely'.repeat(200));
  await using agent = await start(directory);
  expect(await isDurable(agent.url)).toBe(true);
  expect((await readdir(state)).filter((name) => name.startsWith('temporal.db.broken-'))).toHaveLength(1);
  expect(JSON.stringify(agent.lines)).toContain('TEMPORAL_DATABASE_BROKEN');
});

test('a workspace in a path with special characters keeps its histories, and is durable from the second start on', async () => {
  const workspace = join(directory, 'a #1 ?x %41 ünïcödé');
  await mkdir(workspace);
  for (let life = 1; life <= 2; life++) {
    await using agent = await start(workspace);
    expect(await isDurable(agent.url)).toBe(true);
    expect(answerOf(await send(await connect(agent.url), 'hello'))).toBeTruthy();
  }
  expect(await readdir(directory)).toEqual(['a #1 ?x %41 ünïcödé']);
  expect(await readdir(join(workspace, '.molecule'))).toContain('temporal.db');
});
