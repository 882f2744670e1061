import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilDurable } from '../../execution/durable/support/durable-workspace.js';
import { startTemporal } from '../../execution/durable/support/temporal.js';
import { answerOf, begin, connect, getTask, send, stateOf, subscribe } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { canMount, smallDisk } from './full-disk.js';
import { holdLock } from './hold-lock.js';

/** The duration of the trouble. `STORAGE_TROUBLE_MS=600000` is the long form of this test. */
const TROUBLE_MS = Number(process.env['STORAGE_TROUBLE_MS'] ?? 800);
const CHUNKS = 300;
const WORDS = Array.from({ length: CHUNKS }, (_, index) => `c${index} `).join('');

interface Place {
  readonly stateDir: string;
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** Causes the trouble. Returns a function that ends it. */
const TROUBLES: Readonly<Record<string, (place: Place) => Promise<() => Promise<void>>>> = {
  async 'the disk is full'({ fill, free }) {
    await fill();
    return free;
  },
  async 'the database is locked'({ stateDir }) {
    const lock = await holdLock(join(stateDir, 'tasks.db'));
    return () => lock.release();
  },
  async 'the state directory is moved'({ stateDir }) {
    await rename(stateDir, `${stateDir}-elsewhere`);
    return () => rename(`${stateDir}-elsewhere`, stateDir);
  },
  async 'the state directory is deleted'({ stateDir }) {
    await rm(stateDir, { recursive: true, force: true, maxRetries: 5 });
    return async () => {};
  },
};

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

describe.skipIf(!(await canMount()))('no task stays unfinished and no answer is lost', () => {
  const rows = Object.keys(TROUBLES).flatMap((trouble) => [
    { trouble, mode: 'direct' },
    { trouble, mode: 'durable' },
  ]);
  it.each(rows)('when $trouble, $mode', { timeout: TROUBLE_MS + 60_000 }, async ({ trouble, mode }) => {
    await using disk = await smallDisk('16m');
    if (!disk) throw new Error('There is no disk.');
    const stateDir = join(disk.path, 'state');
    const { adapter, gates, turns } = playAdapter();
    const durable = mode === 'durable';
    await using runtime = await startTestRuntime({
      adapter,
      environment: {
        PATH: process.env['PATH'] ?? '',
        MOLECULE_STATE_DIR: stateDir,
        MOLECULE_TEMPORAL: durable ? 'auto' : 'off',
        TEMPORAL_HOST: temporal.address,
        WORKSPACE_ID: `storage-${crypto.randomUUID().slice(0, 8)}`,
      },
    });
    if (durable) await untilDurable(runtime.url);
    const client = await connect(runtime.url);
    const before = await send(client, 'before');
    const reader = new StreamReader();
    const streaming = await begin(client, play({ say: 'first ' }, { gate: 'go' }, { stream: CHUNKS, everyMs: 2 }));
    const reading = reader.readAll(subscribe(client, streaming.id));
    const blocking = send(client, play({ gate: 'go' }, { say: 'blocking' }), { contextId: 'one' });
    await until('two run', () => turns.length === 3 && reader.answer === 'first ');
    const queued = await begin(client, 'queued', { contextId: 'one' });
    const asked = await begin(client, play({ gate: 'go' }, { say: 'so ' }, { ask: 'which?' }));
    await until('three run', () => turns.length === 4);

    const end = await TROUBLES[trouble]?.({ stateDir, fill: () => disk.fill(), free: () => disk.free() });
    gates.open('go');
    // Some messages are refused, but every task that an answer named exists.
    const during = Promise.allSettled([
      begin(client, 'during 1'),
      sleep(TROUBLE_MS / 2).then(() => begin(client, 'during 2')),
    ]);
    await sleep(TROUBLE_MS);
    await end?.();

    await reading;
    expect([stateOf(reader.task), reader.answer]).toEqual(['completed', `first ${WORDS}`]);
    expect(answerOf(await blocking)).toBe('blocking');
    const accepted = (await during).flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const ids = [before, streaming, await blocking, queued, ...accepted].map(({ id }) => id);
    for (const id of ids) {
      await until('it is done', async () => stateOf(await getTask(client, id)) === 'completed', 20_000);
    }
    await until('it waits', async () => stateOf(await getTask(client, asked.id)) === 'input_required', 20_000);
    await until('it is ready', async () => (await fetch(`${runtime.url}/readyz`)).ok);
    const answers = await Promise.all(ids.map(async (id) => answerOf(await getTask(client, id))));

    await using again = await runtime.restart();
    const after = await connect(again.url);
    expect(await Promise.all(ids.map(async (id) => answerOf(await getTask(after, id))))).toEqual(answers);
    expect(stateOf(await getTask(after, asked.id))).toBe('input_required');
    expect(turns.map(({ turn }) => turn.attempt).every((attempt) => attempt === 1)).toBe(true);
  });
});
