import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf, subscribe } from '../../support/a2a-client.js';
import { startHost } from '../../support/host-process.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { addTask, canceled, claim, openStoreIn } from '../log/open-log.js';

let directory: string;
let stateDir: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-gone-'));
  stateDir = join(directory, '.molecule');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A runtime with one ended and one running task. */
async function busy() {
  const { adapter, gates } = playAdapter();
  const { logger, lines } = recordingLogger();
  const runtime = await startTestRuntime({ adapter, directory, logger });
  const client = await connect(runtime.url);
  const done = await send(client, 'hello');
  const reader = new StreamReader();
  const running = await begin(client, play({ say: 'one ' }, { gate: 'go' }, { say: 'two' }));
  const reading = reader.readAll(subscribe(client, running.id));
  await until('it has spoken', () => reader.answer === 'one ');
  return { runtime, client, done, running, reader, reading, gates, lines };
}

/** Checks that every answer that a client has seen is still there after a restart. */
async function expectKept({ runtime, done, running, reader }: Awaited<ReturnType<typeof busy>>, more: string[] = []) {
  expect([stateOf(reader.task), reader.answer]).toEqual(['completed', 'one two']);
  await using again: TestRuntime = await runtime.restart();
  const client = await connect(again.url);
  expect(answerOf(await getTask(client, done.id))).toBe('echo: hello');
  expect(answerOf(await getTask(client, running.id))).toBe('one two');
  for (const id of more) expect(stateOf(await getTask(client, id))).toBe('completed');
}

/** The number of processes that hold a lock in the state directory. */
const locks = async () =>
  (await readdir(join(stateDir, 'boots')).catch(() => [])).filter((name) => name.endsWith('.lock')).length;

const ready = async ({ url }: TestRuntime) => (await fetch(`${url}/readyz`)).status === 200;

it.each([
  ['the state directory', () => rm(stateDir, { recursive: true })],
  [
    'its databases',
    async () => {
      for (const name of await readdir(stateDir)) if (name.includes('.db')) await rm(join(stateDir, name));
    },
  ],
  ['the task log alone', () => rm(join(stateDir, 'tasks.db'))],
])('if %s is deleted under a running server, it is written again, and nothing is lost', async (_what, remove) => {
  const started = await busy();
  const { runtime, client, gates, reading, lines } = started;
  const before = await openStoreIn(stateDir);
  await before.team.marks.set('before', 'ann');
  await before[Symbol.asyncDispose]();
  await remove();
  gates.open('go');
  await reading;
  await until('it is ready', () => ready(runtime));
  await until('it was restored', () => lines.some(({ message }) => message.includes('in its place again')));
  const after = await send(client, 'after');
  expect(answerOf(after)).toBe('echo: after');
  await until('all is there', async () => (await readdir(stateDir)).includes('team.db'));
  await until('the lock is there', async () => (await locks()) === 1);
  expect((await stat(join(stateDir, 'tasks.db'))).mode & 0o777).toBe(0o600);
  const restored = await openStoreIn(stateDir);
  expect(await restored.team.marks.has('before', 'ann')).toBe(true);
  await restored[Symbol.asyncDispose]();
  await expectKept(started, [after.id]);
});

it('the runtime waits for a moved state directory, and accepts nothing meanwhile', async () => {
  const started = await busy();
  const { runtime, client, gates, reading, lines } = started;
  await rename(stateDir, `${stateDir}-elsewhere`);
  await expect(send(client, 'refused')).rejects.toThrow('can store nothing now');
  const response = await fetch(`${runtime.url}/readyz`);
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('was moved away')]);
  gates.open('go');
  await reading;
  await rename(`${stateDir}-elsewhere`, stateDir);
  await until('it is ready', () => ready(runtime));
  const told = lines.filter(({ message }) => message.includes('storage trouble'));
  expect(told.map(({ level }) => level)).toEqual(['error', 'info']);
  const after = await send(client, 'after');
  await expectKept(started, [after.id]);
});

it('the runtime waits for a state directory with an unreadable path, and logs the reason', async () => {
  const started = await busy();
  const { runtime, client, gates, reading } = started;
  await rename(stateDir, `${stateDir}-elsewhere`);
  await symlink(stateDir, stateDir);
  await expect(send(client, 'refused')).rejects.toThrow('can store nothing now');
  const response = await fetch(`${runtime.url}/readyz`);
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('ELOOP')]);
  gates.open('go');
  await reading;
  await rm(stateDir);
  await rename(`${stateDir}-elsewhere`, stateDir);
  await until('it is ready', () => ready(runtime));
  await expectKept(started);
});

it('a moved state directory is logged once, even if a turn keeps writing', async () => {
  const started = await busy();
  const { runtime, client, running, lines } = started;
  const chatty = await begin(client, play({ stream: 100, everyMs: 30 }));
  await rename(stateDir, `${stateDir}-elsewhere`);
  await until('the trouble is logged', () => lines.some(({ message }) => message.includes('storage trouble')));
  await until('it has spoken for long', async () => stateOf(await getTask(client, chatty.id)) === 'completed');
  expect((await fetch(`${runtime.url}/readyz`)).status).toBe(503);
  await rename(`${stateDir}-elsewhere`, stateDir);
  await until('it is ready', () => ready(runtime));
  const told = lines.filter(({ message }) => message.includes('storage trouble'));
  expect(told.map(({ level }) => level)).toEqual(['error', 'info']);
  expect(stateOf(await getTask(client, running.id))).toBe('working');
  await runtime[Symbol.asyncDispose]();
});

it('abandoned work, what is to be notified, and the signing keys survive a deleted task log', async () => {
  const { logger, lines } = recordingLogger();
  await using store = await openStoreIn(stateDir, logger);
  const { log } = store;
  log.abandonedWork.onRecorded(() => {});
  const record = await addTask(log);
  await claim(log, record);
  await log.settle(record.taskId, canceled(record));
  const secret = { token: undefined, scheme: 'Bearer', credentials: 'secret' };
  const config = { id: 'hook', url: 'https://example.com/', ...secret, version: '1.0' } as const;
  await log.push.configs.put('ann', record.taskId, config);
  await store.keys.addFirst({ id: 'key', createdAt: 1, publicKey: '{}', privateKey: '{}' });
  await rm(stateDir, { recursive: true });
  await until('it is restored', () => lines.some(({ message }) => message.includes('in its place again')));
  await using beside = await openStoreIn(stateDir);
  const work = { taskId: record.taskId, reason: 'canceled' };
  expect(await beside.log.abandonedWork.all()).toMatchObject([{ work }]);
  expect(await beside.log.push.deliveries.pending(10)).toMatchObject([{ taskId: record.taskId, ...config }]);
  expect(await beside.log.push.deliveries.next({ taskId: record.taskId, id: 'hook' })).toMatchObject({ seq: 3 });
  expect(await beside.keys.all()).toMatchObject([{ id: 'key', privateKey: '{}' }]);
});

it('after a replacement of the task log, the new file gets the tasks that it lacks', async () => {
  const started = await busy();
  const { runtime, client, gates, reading } = started;
  const copy = `${stateDir}-copy`;
  await mkdir(copy);
  await cp(join(stateDir, 'tasks.db'), join(copy, 'tasks.db'));
  await rm(stateDir, { recursive: true });
  await rename(copy, stateDir);
  gates.open('go');
  await reading;
  await until('it is ready', () => ready(runtime));
  const after = await send(client, 'after');
  await expectKept(started, [after.id]);
});

it('two processes with a deleted state directory both continue, and neither counts the other as dead', async () => {
  const started = await busy();
  const { runtime, running, client } = started;
  await using second = await startHost({ directory });
  const beside = await connect(second.url);
  await rm(stateDir, { recursive: true });
  const both = async () => (await ready(runtime)) && (await fetch(`${second.url}/readyz`)).status === 200;
  await until('both are ready', async () => (await both()) && (await locks()) === 2, 20_000);
  const here = await send(client, 'here');
  const there = await send(beside, 'there');
  expect(answerOf(await getTask(client, there.id))).toBe('echo: there');
  expect(answerOf(await getTask(beside, here.id))).toBe('echo: here');
  expect(stateOf(await getTask(beside, running.id))).toBe('working');
  started.gates.open('go');
  await started.reading;
  await second.kill('SIGTERM');
  await expectKept(started, [here.id, there.id]);
});
