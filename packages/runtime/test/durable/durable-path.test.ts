import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTemporalDevServer, type TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporalDevServer({
    path: process.env['PATH'] ?? '',
    cacheDir: join(homedir(), '.cache', 'molecule'),
    dataFile: join(await mkdtemp(join(tmpdir(), 'molecule-temporal-')), 'temporal.db'),
  });
}, 60_000);
afterAll(() => temporal?.stop());
const rpc = async (url: string, method: string, params: unknown) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'A2A-Version': '1.0' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return JSON.parse(await response.text());
};
const msg = (text: string, more = {}) => ({
  message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more },
});
it('smoke', async () => {
  const { adapter } = playAdapter();
  const log = Object.assign(Object.create(console), { child: () => log, debug() {} });
  await using runtime = await startTestRuntime({
    adapter,
    environment: { MOLECULE_TEMPORAL: 'auto', TEMPORAL_HOST: temporal.address },
    logger: log as never,
  });
  console.log(runtime.info);
  for (let i = 0; i < 3; i++) {
    const t = performance.now();
    const r = await rpc(runtime.url, 'SendMessage', msg('hello'));
    console.log(JSON.stringify(r.result.task.status), performance.now() - t);
  }
  const asked = await rpc(runtime.url, 'SendMessage', msg(JSON.stringify([{ ask: 'which?' }])));
  console.log(JSON.stringify(await rpc(runtime.url, 'SendMessage', msg('blue', { taskId: asked.result.task.id }))));
  expect(runtime.info.durable.yes).toBe(true);
}, 60_000);
