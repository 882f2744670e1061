import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RuntimeOptions, startRuntime } from '../../src/index.js';
import { openBlackHole, unusedPort } from '../execution/durable/support/temporal.js';
import { playAdapter } from '../support/play-adapter.js';
import { until } from '../support/until.js';

/** The process accepts messages only once it can run them durably. */

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-boot-order-'));
  await writeFile(join(directory, 'config.yaml'), 'name: Test\ndescription: A test.\nversion: 1.0.0\nruntime: play\n');
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function start(port: number, environment: Readonly<Record<string, string>>, options: Partial<RuntimeOptions> = {}) {
  const { adapter } = playAdapter();
  return startRuntime({ configPath: directory, environment, port, adapter, logger: silentLogger, ...options });
}

interface Ready {
  readonly status: number;
  readonly checks: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** The answer of `/readyz`; undefined while nothing listens. */
async function readyz(port: number): Promise<Ready | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    const { checks } = (await response.json()) as Pick<Ready, 'checks'>;
    return { status: response.status, checks };
  } catch {
    return undefined;
  }
}

test('if Temporal is required and does not answer, the start fails before any message is accepted', async () => {
  await using hole = await openBlackHole();
  const port = await unusedPort();
  const runtime = start(port, { MOLECULE_TEMPORAL: 'required', TEMPORAL_HOST: hole.address });
  let over = false;
  const failed = runtime.ready.finally(() => {
    over = true;
  });
  failed.catch(() => {});
  const served: unknown[] = [];
  while (!over) {
    const answer = await readyz(port);
    if (answer) served.push(answer);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await expect(failed).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  expect(served).toEqual([]);
});

test('if Temporal is optional and does not answer, the port opens anyway, but readiness waits for the recovery', async () => {
  await using hole = await openBlackHole();
  const port = await unusedPort();
  await using runtime = start(port, { MOLECULE_TEMPORAL: 'auto', TEMPORAL_HOST: hole.address });
  const first = await until('it listens', () => readyz(port));
  expect(runtime.state).toBe('starting');
  expect(first.status).toBe(503);
  expect(first.checks['recovery']).toMatchObject({ ok: false });
  await runtime.ready;
  expect(await readyz(port)).toMatchObject({ status: 200, checks: { recovery: { ok: true } } });
});

test('a port in use is reported before a Temporal server is started', async () => {
  const marker = join(directory, 'started');
  const cli = join(directory, 'temporal');
  await writeFile(cli, `#!/bin/sh\ntouch '${marker}'\nexit 3\n`);
  await chmod(cli, 0o755);
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { readonly port: number }).port));
  });
  try {
    const runtime = start(port, { MOLECULE_TEMPORAL_CLI: cli }, { dev: true });
    await expect(runtime.ready).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
    expect(existsSync(marker)).toBe(false);
  } finally {
    other.close();
  }
});
