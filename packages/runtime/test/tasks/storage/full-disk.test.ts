import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf, subscribe } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { canMount, type SmallDisk, smallDisk } from './full-disk.js';

const mounting = await canMount();

async function runtimeOn(disk: SmallDisk) {
  const played = playAdapter();
  const logged = recordingLogger();
  const runtime = await startTestRuntime({
    adapter: played.adapter,
    logger: logged.logger,
    environment: { MOLECULE_STATE_DIR: `${disk.path}/state` },
  });
  return { ...played, ...logged, runtime };
}

it.skipIf(!mounting)(
  'a full disk leaves no task unfinished, loses no answer, and is reported while it lasts',
  async () => {
    await using disk = (await smallDisk()) as SmallDisk;
    const { runtime, gates, lines } = await runtimeOn(disk);
    await using _runtime = runtime;
    const client = await connect(runtime.url);
    const reader = new StreamReader();
    const task = await begin(
      client,
      play({ say: 'before' }, { gate: 'go' }, { stream: 400, everyMs: 1 }, { say: 'end' }),
    );
    const reading = reader.readAll(subscribe(client, task.id));
    const blocking = send(client, play({ gate: 'go' }, { say: 'x'.repeat(100_000) }));
    await until('it has spoken', () => reader.answer === 'before');
    await disk.fill();
    gates.open('go');
    const refused = await until('a message is refused', () => refusalOf(runtime.url), 20_000);
    expect(refused).toMatchObject({ status: 503, retryAfter: '10', code: 'STORAGE_FULL' });
    const ready = await fetch(`${runtime.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('database or disk is full');
    expect(stateOf(await getTask(client, task.id))).toBe('working');
    await sleep(1500);
    await disk.free();
    await reading;
    const words = `before${Array.from({ length: 400 }, (_, index) => `c${index} `).join('')}end`;
    expect([stateOf(reader.task), reader.answer]).toEqual(['completed', words]);
    expect(answerOf(await getTask(client, task.id))).toBe(words);
    expect(answerOf(await blocking)).toBe('x'.repeat(100_000));
    await until('it is ready again', async () => (await fetch(`${runtime.url}/readyz`)).ok);
    const told = lines.filter(({ message }) => message.includes('storage trouble'));
    expect(told.map(({ level }) => level)).toEqual(['error', 'info']);
    expect(told[0]?.fields).toMatchObject({ cause: expect.stringContaining('database or disk is full') });
  },
);

it.skipIf(!mounting)(
  'a boot on a full disk reports it, and the next boot with room completes what is missing',
  async () => {
    await using disk = (await smallDisk()) as SmallDisk;
    await disk.fill();
    await expect(runtimeOn(disk)).rejects.toMatchObject({
      code: 'TASK_LOG_OPEN_FAILED',
      message: expect.stringMatching(/No space is left on its file system/),
    });
    await disk.free();
    const { runtime } = await runtimeOn(disk);
    await using _runtime = runtime;
    for (const name of ['.gitignore', '.npmignore', '.dockerignore']) {
      expect(await readFile(`${disk.path}/state/${name}`, 'utf8')).toBe('*\n');
    }
  },
);

/** The error of a message while nothing can be stored; undefined while messages are accepted. */
async function refusalOf(url: string) {
  const response = await fetch(`${url}/a2a`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'SendMessage',
      params: {
        message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text: 'x'.repeat(50_000) }] },
        configuration: { returnImmediately: true },
      },
    }),
  });
  const body = (await response.json()) as { error?: { data?: { metadata?: { code?: string } }[] } };
  if (response.ok) return undefined;
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    code: body.error?.data?.[0]?.metadata?.code,
  };
}
