import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { PlatformApi } from '../../src/platform/api/platform-api.js';
import { LINK_TIMING, type LinkTiming } from '../../src/platform/link/link-pace.js';
import { PlatformLink } from '../../src/platform/link/platform-link.js';
import { Reports } from '../../src/platform/reports/reports.js';
import type { Clock } from '../../src/support/clock.js';
import { startFakePlatform } from '../support/fake-platform.js';
import { ManualClock } from '../support/manual-clock.js';
import { freshSeed, randomFrom } from '../support/random.js';
import { recordingLogger } from '../support/recording-logger.js';
import { until } from '../support/until.js';
import { addTask, claim, logFile } from '../tasks/log/open-log.js';
import { tokenIn } from './token-in.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const HOUR_MS = 3_600_000;
const FAST: LinkTiming = { heartbeatMs: 30, gapMs: 5, retryMs: 1, mostRetryMs: 60, forgottenMs: 180 };

interface LinkOptions {
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly onCall?: () => void;
  /** If true, a directory takes the path of the token's file. */
  readonly blocked?: boolean;
}

async function linkTo(platform: { readonly url: string }, timing: LinkTiming, options: LinkOptions = {}) {
  const { logger = silentLogger, onCall, blocked, clock, random } = options;
  const directory = await mkdtemp(join(tmpdir(), 'molecule-link-'));
  const token = await tokenIn(directory);
  if (blocked) await mkdir(join(token.place, 'in the way'), { recursive: true });
  const api = new PlatformApi(platform.url, token, options.clock);
  const link = new PlatformLink({
    api,
    workspaceId: ID,
    bodies: {
      registration: async () => {
        onCall?.();
        return { url: 'http://localhost:1', agent_card: { url: 'http://localhost:1' } };
      },
      heartbeat: async () => {
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
    },
    onRegistered: () => {},
    logger,
    pace: { timing, clock, random },
  });
  link.start();
  return {
    link,
    api,
    tokenPath: token.place,
    async [Symbol.asyncDispose]() {
      await link.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** A clock on which every wait ends at once. */
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

test('after an outage longer than the platform remembers, the workspace registers again', async () => {
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
  // Nothing listens there. Each call is real and refused; only the time between two calls is simulated.
  const clock = hurriedClock();
  let calls = 0;
  await using connection = await linkTo({ url: 'http://127.0.0.1:9' }, LINK_TIMING, {
    logger,
    clock,
    random: randomFrom(seed),
    onCall: () => {
      if (clock.now() < HOUR_MS) calls++;
      // Announcements during the outage cause no further calls.
      connection.link.announce();
    },
  });
  await until('an hour', () => clock.now() >= HOUR_MS);
  expect(calls, `seed ${seed}`).toBeGreaterThan(60);
  expect(calls, `seed ${seed}`).toBeLessThan(80);
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('during Retry-After no heartbeat, report or tool call is sent, and afterwards none is lost', async () => {
  await using platform = await startFakePlatform();
  const clock = new ManualClock();
  await using connection = await linkTo(platform, FAST, { clock });
  await until('the registration', () => connection.link.connected);
  await using file = await logFile();
  const { log, team } = await file.openStore();
  log.turnReports.want();
  const reports = new Reports({
    api: connection.api,
    workspaceId: ID,
    log,
    delegations: team.delegationReports,
    connected: () => connection.link.connected,
    onTurn: () => {},
    logger: silentLogger,
  });
  const stopping = new AbortController();
  const reporting = reports.run({ signal: stopping.signal, isHeld: true });
  platform.retryAfterSeconds = 60;
  // The heartbeat that meets the refusal is the first or a later one: that depends on how fast the sockets are.
  await until('the refusal', async () => {
    await clock.pass(FAST.heartbeatMs);
    return connection.api.quietMs > 0;
  });
  const { quietMs } = connection.api;
  expect(quietMs).toBeGreaterThan(60_000 - 2 * FAST.heartbeatMs);
  platform.retryAfterSeconds = 0;
  for (const id of ['1', '2', '3']) await claim(log, await addTask(log, id));
  const call = connection.api.call({ method: 'GET', path: `/workspaces/${ID}` });
  await expect(call).rejects.toMatchObject({ code: 'PLATFORM_REFUSED', status: 429, retryAfterMs: quietMs });
  const before = platform.calls.length;
  expect(platform.calls.at(-1)?.status).toBe(429);
  await clock.pass(quietMs - 1);
  expect(platform.calls).toHaveLength(before);
  const steps = () => platform.of(`/workspaces/${ID}/checkpoints`).map(({ body }) => body['workflow_id']);
  await until('the reports, in their order', async () => {
    await clock.pass(250);
    return String(steps()) === '1,2,3';
  });
  expect(platform.of('/registry/heartbeat').at(-1)?.status).toBe(200);
  stopping.abort();
  await reporting;
});

test('if the platform has forgotten the workspace early, it registers again', async () => {
  await using platform = await startFakePlatform();
  await using _link = await linkTo(platform, { ...FAST, forgottenMs: 60_000 });
  await until('heartbeats', () => platform.of('/registry/heartbeat').length >= 2);
  platform.registered.clear();
  await until('the second registration', () => platform.registered.has(ID));
  expect(platform.of('/registry/register')).toHaveLength(2);
});

test('a token that cannot be written is logged once, and written as soon as possible', async () => {
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

test('a burst of announcements causes one heartbeat after the least distance', async () => {
  await using platform = await startFakePlatform();
  const clock = new ManualClock();
  const timing = { ...FAST, heartbeatMs: 60_000, gapMs: 200 };
  await using connection = await linkTo(platform, timing, { clock });
  const heartbeats = () => platform.of('/registry/heartbeat').length;
  await until('the first', () => heartbeats() === 1);
  const burst = () => {
    for (let count = 0; count < 10; count++) connection.link.announce();
  };
  burst();
  await clock.pass(199);
  expect(heartbeats()).toBe(1);
  await until('the second', async () => {
    await clock.pass(1);
    return heartbeats() === 2;
  });
  burst();
  await until('the third', async () => {
    await clock.pass(50);
    return heartbeats() === 3;
  });
  await clock.pass(10_000);
  expect(heartbeats()).toBe(3);
});

test('a refused token is logged with a remedy', async () => {
  await using platform = await startFakePlatform();
  platform.tokens.set(ID, 'another');
  const { logger, lines } = recordingLogger();
  await using _link = await linkTo(platform, FAST, { logger });
  await until('several tries', () => platform.calls.length > 3);
  expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    expect.stringMatching(/administrator can issue another one, to be written to .*platform-token/),
  ]);
});

test('a token that an operator writes to the file after a refusal is used without a restart', async () => {
  await using platform = await startFakePlatform();
  platform.tokens.set(ID, 'another');
  await using connection = await linkTo(platform, FAST);
  await until('a refusal', () => platform.calls.some(({ status }) => status === 401));
  expect(connection.link.connected).toBe(false);
  await writeFile(connection.tokenPath, 'another\n');
  await until('heartbeats', () => platform.of('/registry/heartbeat').some(({ status }) => status === 200));
});
