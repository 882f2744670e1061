import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/platform/clock.js';
import { PlatformApi } from '../../src/platform/platform-api.js';
import { LINK_TIMING, type LinkTiming, PlatformLink } from '../../src/platform/platform-link.js';
import { Reports } from '../../src/platform/reports.js';
import { TokenFile } from '../../src/platform/token-file.js';
import { startFakePlatform } from '../support/fake-platform.js';
import { freshSeed, randomFrom } from '../support/random.js';
import { recordingLogger } from '../support/recording-logger.js';
import { until } from '../support/until.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const HOUR_MS = 3_600_000;
const FAST: LinkTiming = { heartbeatMs: 30, gapMs: 5, retryMs: 1, mostRetryMs: 60, forgottenMs: 180 };

interface LinkOptions {
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly onCall?: () => void;
  /** True: something else is in the place of the token's file. */
  readonly blocked?: boolean;
}

async function linkTo(platform: { readonly url: string }, timing: LinkTiming, options: LinkOptions = {}) {
  const { logger = silentLogger, onCall, blocked, ...injected } = options;
  const directory = await mkdtemp(join(tmpdir(), 'molecule-link-'));
  const token = await TokenFile.open(directory);
  if (blocked) await mkdir(join(token.path, 'in the way'), { recursive: true });
  const api = new PlatformApi(platform.url, token, options.clock);
  const link = new PlatformLink({
    api,
    token,
    workspaceId: ID,
    registration: async () => {
      onCall?.();
      return { url: 'http://localhost:1', agent_card: { url: 'http://localhost:1' } };
    },
    heartbeat: () => {
      onCall?.();
      return {
        error_rate: 0,
        sample_error: '',
        active_tasks: 0,
        uptime_seconds: 1,
        current_task: '',
        runtime_metadata: { capabilities: {} },
      };
    },
    onRegistered: () => {},
    logger,
    timing,
    ...injected,
  });
  link.start();
  return {
    link,
    api,
    tokenPath: token.path,
    async [Symbol.asyncDispose]() {
      await link.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** A clock on which whatever is waited for comes at once. */
function hurriedClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    after(ms, callback) {
      const pending = setImmediate(() => {
        now += ms;
        callback();
      });
      return () => clearImmediate(pending);
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
  const seed = freshSeed();
  const { logger, lines } = recordingLogger();
  // Nobody listens there; each call is a real one that is refused, and only the time between two of them is made up.
  const clock = hurriedClock();
  let calls = 0;
  await using connection = await linkTo({ url: 'http://127.0.0.1:9' }, LINK_TIMING, {
    logger,
    clock,
    random: randomFrom(seed),
    onCall: () => {
      if (clock.now() < HOUR_MS) calls++;
      // Tasks that come and go meanwhile do not add to it.
      connection.link.announce();
    },
  });
  await until('an hour', () => clock.now() >= HOUR_MS);
  expect(calls, `seed ${seed}`).toBeGreaterThan(60);
  expect(calls, `seed ${seed}`).toBeLessThan(80);
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('a platform that asks to be left alone is left alone for so long, by heartbeats and reports, and nothing is lost', async () => {
  await using platform = await startFakePlatform();
  await using connection = await linkTo(platform, FAST);
  await until('heartbeats', () => platform.of('/registry/heartbeat').length >= 2);
  const reports = new Reports(connection.api, ID, () => connection.link.connected, silentLogger);
  platform.retryAfterSeconds = 1;
  const first = await until('a call that is sent away', () => platform.calls.find(({ status }) => status === 429));
  await until('it to be heard', () => connection.api.quietMs > 0);
  platform.retryAfterSeconds = 0;
  for (let step = 1; step <= 3; step++) reports.checkpoint('task', 'llm_call', step, {});
  // Nobody else may call either: a tool is told so at once.
  const asked = connection.api.call({ method: 'GET', path: `/workspaces/${ID}` });
  await expect(asked).rejects.toMatchObject({
    code: 'PLATFORM_REFUSED',
    status: 429,
    retryAfterMs: expect.any(Number),
  });
  const before = platform.calls.length;
  await until('calls again', () => platform.calls.length > before);
  expect((platform.calls[before]?.at ?? 0) - first.at).toBeGreaterThanOrEqual(1_000);
  const steps = () => platform.of(`/workspaces/${ID}/checkpoints`).map(({ body }) => body['step_index']);
  await until('the reports, in their order', () => String(steps()) === '1,2,3');
  await until('heartbeats again', () => platform.calls.at(-1)?.path === '/registry/heartbeat');
});

test('a platform that has forgotten the workspace too soon is told of it again', async () => {
  await using platform = await startFakePlatform();
  await using _link = await linkTo(platform, { ...FAST, forgottenMs: 60_000 });
  await until('heartbeats', () => platform.of('/registry/heartbeat').length >= 2);
  platform.registered.clear();
  await until('the second registration', () => platform.registered.has(ID));
  expect(platform.of('/registry/register')).toHaveLength(2);
});

test('a token that cannot be written is told once, and written when it can be', async () => {
  await using platform = await startFakePlatform();
  const { logger, lines } = recordingLogger();
  await using connection = await linkTo(platform, FAST, { logger, blocked: true });
  await until('heartbeats', () => platform.of('/registry/heartbeat').length >= 3);
  expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    expect.stringMatching(/token cannot be written to .*platform-token/),
  ]);
  await rm(connection.tokenPath, { recursive: true });
  const saved = await until('the token', () => readFile(connection.tokenPath, 'utf8').catch(() => undefined));
  expect(saved.trim()).toBe(platform.tokens.get(ID));
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
  await using _link = await linkTo(platform, FAST, { logger });
  await until('several tries', () => platform.calls.length > 3);
  expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    expect.stringMatching(/administrator can issue another one, to be put into .*platform-token/),
  ]);
});
