import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerOf, connect, getTask, send } from '../support/a2a-client.js';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-state-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('a state directory that cannot be created is reported with its setting', async () => {
  const file = join(directory, 'a-file');
  await writeFile(file, '');
  const { adapter } = playAdapter();
  const environment = { MOLECULE_STATE_DIR: join(file, 'state') };
  await expect(startTestRuntime({ adapter, directory, environment })).rejects.toMatchObject({
    code: 'STATE_DIR_UNUSABLE',
    message: expect.stringContaining('Set MOLECULE_STATE_DIR'),
  });
});

it('a working directory that cannot be created is reported with its setting', async () => {
  const file = join(directory, 'a-file');
  await writeFile(file, '');
  const { adapter } = playAdapter();
  const environment = { MOLECULE_WORK_DIR: join(file, 'work') };
  await expect(startTestRuntime({ adapter, directory, environment })).rejects.toMatchObject({
    code: 'WORK_DIR_UNUSABLE',
    message: expect.stringContaining('name another place by MOLECULE_WORK_DIR'),
  });
});

it('a file that is not a task log is reported with its path', async () => {
  const stateDir = join(directory, 'state');
  await mkdir(stateDir);
  await writeFile(join(stateDir, 'tasks.db'), 'this is no database, whatever its name says'.repeat(100));
  const { adapter } = playAdapter();
  await expect(
    startTestRuntime({ adapter, directory, environment: { MOLECULE_STATE_DIR: stateDir } }),
  ).rejects.toMatchObject({ code: 'TASK_LOG_OPEN_FAILED', message: expect.stringContaining('tasks.db') });
});

it('a directory in place of the task log is reported with its path', async () => {
  const stateDir = join(directory, 'state');
  await mkdir(join(stateDir, 'tasks.db'), { recursive: true });
  const { adapter } = playAdapter();
  await expect(
    startTestRuntime({ adapter, directory, environment: { MOLECULE_STATE_DIR: stateDir } }),
  ).rejects.toMatchObject({ code: 'TASK_LOG_OPEN_FAILED' });
});

it('a runtime that failed to start can be started again on the same state', async () => {
  const { adapter } = playAdapter();
  const failing = { ...adapter, createEngine: () => Promise.reject(new Error('no engine today')) };
  await expect(startTestRuntime({ adapter: failing, directory })).rejects.toThrow('no engine today');
  await using runtime = await startTestRuntime({ adapter, directory });
  expect(answerOf(await send(await connect(runtime.url), 'hello'))).toBe('echo: hello');
});

it('tasks are kept in memory only if configured, and are then lost at the end', async () => {
  const { adapter } = playAdapter();
  const environment = { MOLECULE_TASK_STORE: 'memory' };
  const runtime = await startTestRuntime({ adapter, directory, environment });
  expect(runtime.info.taskStore).toBe('memory');
  const task = await send(await connect(runtime.url), 'hello');
  expect(answerOf(task)).toBe('echo: hello');
  await using again = await runtime.restart();
  await expect(getTask(await connect(again.url), task.id)).rejects.toThrow('not found');
});
