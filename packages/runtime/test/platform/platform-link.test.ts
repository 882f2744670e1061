import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { PlatformApi } from '../../src/platform/platform-api.js';
import { type LinkTiming, PlatformLink } from '../../src/platform/platform-link.js';
import { TokenFile } from '../../src/platform/token-file.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { recordingLogger } from '../support/recording-logger.js';
import { until } from '../support/until.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const FAST: LinkTiming = { heartbeatMs: 30, gapMs: 5, retryMs: 1, mostRetryMs: 60, forgottenMs: 180 };

async function linkTo(platform: FakePlatform, timing: LinkTiming, logger = silentLogger) {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-link-'));
  const token = await TokenFile.open(directory);
  const link = new PlatformLink({
    api: new PlatformApi(platform.url, token),
    token,
    workspaceId: ID,
    registration: async () => ({ url: 'http://localhost:1', agent_card: { url: 'http://localhost:1' } }),
    heartbeat: () => ({
      error_rate: 0,
      sample_error: '',
      active_tasks: 0,
      uptime_seconds: 1,
      current_task: '',
      runtime_metadata: { capabilities: {} },
    }),
    onRegistered: () => {},
    logger,
    timing,
  });
  link.start();
  return {
    link,
    async [Symbol.asyncDispose]() {
      await link.stop();
      await rm(directory, { recursive: true });
    },
  };
}

test('after an outage that is longer than the platform remembers, it is registered again', async () => {
  await using platform = await startFakePlatform();
  await using _link = await linkTo(platform, FAST);
  await until('heartbeats', () => platform.of('/registry/heartbeat').length >= 3);
  expect(platform.of('/registry/register')).toHaveLength(1);
  platform.down = true;
  await until('a try to register', () => platform.of('/registry/register').length >= 2);
  platform.down = false;
  const before = platform.of('/registry/heartbeat').length;
  await until('heartbeats again', () => platform.of('/registry/heartbeat').length > before);
  expect(platform.of('/registry/register').at(-1)).toMatchObject({
    status: 200,
    authorization: expect.stringMatching(/^Bearer \S+$/),
  });
});

test('an hour of outage costs fewer than 80 calls', async () => {
  await using platform = await startFakePlatform();
  platform.down = true;
  const { logger, lines } = recordingLogger();
  // An hour at a thousandth of its length; announcements of tasks do not add to it.
  const timing: LinkTiming = { heartbeatMs: 30, gapMs: 0.5, retryMs: 1, mostRetryMs: 60, forgottenMs: 180 };
  await using connection = await linkTo(platform, timing, logger);
  const announcing = setInterval(() => connection.link.announce(), 5);
  const until3600 = performance.now() + 3_600;
  await until('an hour', () => performance.now() > until3600);
  clearInterval(announcing);
  expect(platform.calls.length).toBeGreaterThan(20);
  expect(platform.calls.length).toBeLessThan(80);
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('a burst of announcements is not a burst of calls', async () => {
  await using platform = await startFakePlatform();
  await using connection = await linkTo(platform, { ...FAST, heartbeatMs: 60_000, gapMs: 200 });
  await until('the first', () => platform.of('/registry/heartbeat').length === 1);
  const begun = performance.now();
  while (performance.now() - begun < 500) {
    connection.link.announce();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(platform.of('/registry/heartbeat').length).toBeLessThanOrEqual(5);
  expect(platform.of('/registry/heartbeat').length).toBeGreaterThanOrEqual(2);
});

test('a token that the platform does not know is told, with what to do', async () => {
  await using platform = await startFakePlatform();
  platform.tokens.set(ID, 'another');
  const { logger, lines } = recordingLogger();
  await using _link = await linkTo(platform, FAST, logger);
  await until('several tries', () => platform.calls.length > 3);
  expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    expect.stringMatching(/administrator can issue another one, to be put into .*platform-token/),
  ]);
});
