import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTeamDatabase } from '../../src/delegation/team-database.js';
import { TaskLog } from '../../src/task-log/task-log.js';
import { answerOf, begin, connect, getTask, send, stateOf, subscribe } from '../support/a2a-client.js';
import { startHost } from '../support/host-process.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { StreamReader } from '../support/reader.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { addTask, canceled, claim } from '../task-log/open-log.js';

let directory: string;
let stateDir: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-gone-'));
  stateDir = join(directory, '.molecule');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A runtime with one task that is done, and one that runs. */
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

/** What is the same after a restart: every answer that a client has seen. */
async function expectKept({ runtime, done, running, reader }: Awaited<ReturnType<typeof busy>>, more: string[] = []) {
  expect([stateOf(reader.task), reader.answer]).toEqual(['completed', 'one two']);
  await using again: TestRuntime = await runtime.restart();
  const client = await connect(again.url);
  expect(answerOf(await getTask(client, done.id))).toBe('echo: hello');
  expect(answerOf(await getTask(client, running.id))).toBe('one two');
  for (const id of more) expect(stateOf(await getTask(client, id))).toBe('completed');
}

/** How many processes hold a lock under the state directory. */
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
])('%s deleted under a running server is written again, and nothing is lost', async (_what, remove) => {
  const started = await busy();
  const { runtime, client, gates, reading, lines } = started;
  const team = await openTeamDatabase(join(stateDir, 'team.db'));
  await team.insertInto('marks').values({ name: 'before', at: 1 }).execute();
  await team.destroy();
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
  const restored = await openTeamDatabase(join(stateDir, 'team.db'));
  expect(await restored.selectFrom('marks').select('name').execute()).toContainEqual({ name: 'before' });
  await restored.destroy();
  await expectKept(started, [after.id]);
});

it('a state directory that was moved is waited for, and nothing is accepted meanwhile', async () => {
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

it('a state directory whose path cannot be followed is waited for, and the reason is told', async () => {
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

it('a turn that speaks all the while does not make the log tell of a moved state directory again and again', async () => {
  const started = await busy();
  const { runtime, client, running, lines } = started;
  const chatty = await begin(client, play({ stream: 100, everyMs: 30 }));
  await rename(stateDir, `${stateDir}-elsewhere`);
  await until('it is told', () => lines.some(({ message }) => message.includes('storage trouble')));
  await until('it has spoken for long', async () => stateOf(await getTask(client, chatty.id)) === 'completed');
  expect((await fetch(`${runtime.url}/readyz`)).status).toBe(503);
  await rename(`${stateDir}-elsewhere`, stateDir);
  await until('it is ready', () => ready(runtime));
  const told = lines.filter(({ message }) => message.includes('storage trouble'));
  expect(told.map(({ level }) => level)).toEqual(['error', 'info']);
  expect(stateOf(await getTask(client, running.id))).toBe('working');
  await runtime[Symbol.asyncDispose]();
});

it('what the engine is still to release is not forgotten with a deleted task log', async () => {
  const log = await TaskLog.open(join(stateDir, 'tasks.db'));
  try {
    log.onAbandoned(() => {});
    const record = await addTask(log);
    await claim(log, record);
    await log.settle(record.taskId, canceled(record));
    await rm(stateDir, { recursive: true });
    await until('it is restored', () => log.keep());
    expect(await log.abandonedWork.all()).toMatchObject([{ work: { taskId: record.taskId, reason: 'canceled' } }]);
  } finally {
    await log.close();
  }
});

it('a task log that was replaced takes what the new file does not have', async () => {
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

it('two processes whose state directory is deleted both go on with it, and neither takes the other for dead', async () => {
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
