import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import { recordingLogger } from '../../../src/testing/recording-logger.js';
import { answerOf } from '../../support/a2a-client.js';
import { type CuttingProxy, cuttingProxy } from '../../support/postgres/cutting-proxy.js';
import { type PostgresPlace, postgresPlace, settingsOf } from '../../support/postgres/postgres-place.js';
import { createPostgres, urlOf } from '../../support/postgres/postgres-server.js';
import { until } from '../../support/until.js';
import { addTask, claim, completed, existing, newTask, words } from '../log/open-log.js';

const DONE = { result: { kind: 'completed', finalText: '' } } as const;

interface Behind extends AsyncDisposable {
  readonly place: PostgresPlace;
  readonly proxy: CuttingProxy;
}

async function behindProxy(): Promise<Behind> {
  const place = await postgresPlace();
  const proxy = await cuttingProxy(place.settings.port);
  return {
    place,
    proxy,
    async [Symbol.asyncDispose]() {
      proxy.mend();
      proxy.endForgotten();
      await place[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

it('what waits on connections that a network has forgotten is made on others once the lease is lost', async () => {
  await using behind = await behindProxy();
  const { place, proxy } = behind;
  const { log, boots } = await place.open({ port: proxy.port });
  await log.create(newTask('before'));
  const lost = Promise.withResolvers<{ readonly regained: Promise<void> }>();
  boots.onLost?.((regained) => lost.resolve({ regained }));
  proxy.forget();
  const creating = log.create(newTask('meanwhile'));
  const { regained } = await lost.promise;
  proxy.mend();
  await regained;
  expect(await log.create(newTask('after'))).toHaveProperty('head');
  expect(await creating).toHaveProperty('head');
});

it('a store closes although its connections give no answer', async () => {
  await using behind = await behindProxy();
  const { place, proxy } = behind;
  const store = await place.open({ port: proxy.port });
  await store.log.create(newTask('a'));
  proxy.forget();
  await store[Symbol.asyncDispose]();
});

it.each(['before', 'after'] as const)(
  'a commit whose connection is cut %s the server gets it is made exactly once',
  async (when) => {
    await using behind = await behindProxy();
    const { place, proxy } = behind;
    const { log } = await place.open({ port: proxy.port });
    const elsewhere = await place.open();
    proxy.cutNextCommit(when);
    const creating = ['a', 'b', 'c'].map((id) => log.create(newTask(id)));
    await until('the connection was cut', () => proxy.cuts === 1);
    proxy.mend();
    for (const outcome of await Promise.all(creating)) expect(outcome).toHaveProperty('head');

    const record = await existing(log, 'a');
    const writer = (await claim(log, record)) as TaskWriter;
    proxy.cutNextCommit(when);
    const appending = writer.append([words(record, 'once', false)]);
    await until('the connection was cut', () => proxy.cuts === 2);
    proxy.mend();
    await appending;
    proxy.cutNextCommit(when);
    const finishing = writer.finish([completed(record)], DONE);
    await until('the connection was cut', () => proxy.cuts === 3);
    proxy.mend();
    await finishing;
    const stored = await existing(elsewhere.log, 'a');
    expect([stored.terminal, stored.seq, answerOf(stored.task)]).toEqual([true, 3, 'once']);
    expect((await elsewhere.log.read.list({ owner: 'ann', pageSize: 10 })).total).toBe(3);
  },
);

it.each(['before', 'after'] as const)(
  'writes of several turns wait for the end of an outage that began %s their common commit',
  async (when) => {
    await using behind = await behindProxy();
    const { place, proxy } = behind;
    const { logger, lines } = recordingLogger();
    const { log } = await place.open({ port: proxy.port }, logger);
    const records = await Promise.all(['a', 'b', 'c'].map((id) => addTask(log, id)));
    const writers = (await Promise.all(records.map((record) => claim(log, record)))) as TaskWriter[];
    proxy.cutNextCommit(when);
    const writing = writers.map((writer) =>
      writer.finish([words(writer.record, 'said', false), completed(writer.record)], DONE),
    );
    await until('the trouble is logged', () => lines.some(({ message }) => message.startsWith('storage trouble:')));
    // A caller that comes later is not made to wait for long.
    expect(log.trouble).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    proxy.mend();
    await Promise.all(writing);
    for (const { taskId } of records) {
      const stored = await existing(log, taskId);
      expect([stored.terminal, stored.seq, answerOf(stored.task)]).toEqual([true, 3, 'said']);
    }
    await until('the end is logged', () => lines.some(({ message }) => message.startsWith('storage trouble is over:')));
  },
);

it('a server that is killed and started again loses nothing that was written, and turns continue', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'molecule-own-server-'));
  // The server's user must be able to enter its directory.
  const directory = `${stateDir}-files`;
  const server = await createPostgres(directory, { fsync: true });
  const { logger } = recordingLogger();
  try {
    const database = settingsOf(urlOf(server.port, 'postgres'));
    await using store = await openTaskStore({ taskStore: 'postgres', database, stateDir, logger });
    const { log } = store;
    const record = await addTask(log, 'a');
    const writer = (await claim(log, record)) as TaskWriter;
    await writer.append([words(record, 'before', false)]);
    await server.kill();
    const after = writer.append([words(record, ' after')]);
    const end = writer.finish([completed(record)], DONE);
    await server.start();
    await Promise.all([after, end]);
    const stored = await existing(log, 'a');
    expect([stored.terminal, answerOf(stored.task)]).toEqual([true, 'before after']);
    expect(await log.create(newTask('a'))).toMatchObject({ known: { taskId: 'a', sameContent: true } });
  } finally {
    await server.stop();
    for (const path of [stateDir, directory]) await rm(path, { recursive: true, force: true });
  }
});
