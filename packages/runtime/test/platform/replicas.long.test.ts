import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { begin, connect, send } from '../support/a2a-client.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { play } from '../support/play-adapter.js';
import { type FreshDatabase, freshDatabase } from '../support/postgres/fresh-database.js';
import { until } from '../support/until.js';
import { startMember, type TeamMember } from '../team/delegation/team-process.js';

// Processes are started, and a lease is valid for three seconds.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const ACTIVITY = `/workspaces/${ID}/activity`;
const WITHIN_MS = 60_000;

/** Each replica says its number of seconds in its heartbeats. */
const SECONDS = { first: 601, second: 602 };
type Name = keyof typeof SECONDS;
const OTHER = { first: 'second', second: 'first' } as const;

let platform: FakePlatform;
let database: FreshDatabase;
let replicas: Record<Name, TeamMember>;

beforeEach(async () => {
  platform = await startFakePlatform();
  database = await freshDatabase();
  const first = await replica('first');
  await until('the first replica speaks', () => speakers().length > 0, WITHIN_MS);
  replicas = { first, second: await replica('second') };
});
afterEach(async () => {
  for (const member of Object.values(replicas)) await member[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function replica(name: Name): Promise<TeamMember> {
  return startMember('Agent', '', {
    PLATFORM_URL: platform.url,
    WORKSPACE_ID: ID,
    DATABASE_URL: database.url,
    MOLECULE_TURN_IDLE_TIMEOUT: `${SECONDS[name]}s`,
  });
}

/** Who sent which heartbeat. */
function speakers(): readonly Name[] {
  return platform.of('/registry/heartbeat').map(({ body }) => nameIn(body));
}

function nameIn(heartbeat: Record<string, unknown>): Name {
  const { idle_timeout_seconds: seconds } = heartbeat['runtime_metadata'] as { readonly idle_timeout_seconds: number };
  return seconds === SECONDS.first ? 'first' : 'second';
}

/** The replica that speaks now. On a busy machine, a replica may lose its lease and get it again. */
function speaker(): Name {
  return speakers().at(-1) ?? 'first';
}

/** Whoever speaks has registered after the other one spoke last: two never speak at once. */
function expectOneAtATime(): void {
  let registered: string | undefined;
  for (const { path, body } of platform.calls) {
    if (path === '/registry/register') registered = new URL(String(body['url'])).port;
    if (path !== '/registry/heartbeat') continue;
    expect(new URL(replicas[nameIn(body)].url).port).toBe(registered);
  }
}

function activities(taskId: string) {
  return platform
    .of(ACTIVITY)
    .filter(
      ({ method, body }) => method === 'POST' && (body['request_body'] as { task_id?: string }).task_id === taskId,
    );
}

function speaks(name: Name): Promise<unknown> {
  return until(`the ${name} replica speaks`, () => speaker() === name, WITHIN_MS);
}

test('one replica speaks for both, and the other one as soon as that stands still or ends', async () => {
  const work = play({ wait: 3_000 }, { say: 'done' });
  const task = await begin(await connect(replicas[OTHER[speaker()]].url), work);
  await until('the work of the other replica', () => lastHeartbeat()['active_tasks'] === 1, WITHIN_MS);
  await until('its end', () => lastHeartbeat()['active_tasks'] === 0, WITHIN_MS);
  await until('its report', () => activities(task.id).length === 1, WITHIN_MS);

  const stopped = speaker();
  replicas[stopped].signal('SIGSTOP');
  await speaks(OTHER[stopped]);
  const token = platform.tokens.get(ID);
  expect(platform.of('/registry/register').at(-1)).toMatchObject({ status: 200, authorization: `Bearer ${token}` });
  replicas[stopped].signal('SIGCONT');
  const client = await connect(replicas[stopped].url);
  const say = () => send(client, 'hello').catch(() => undefined);
  const again = await until('the replica that stood still serves again', say, WITHIN_MS);
  await until('its report', () => activities(again.id).length === 1, WITHIN_MS);

  const ending = speaker();
  await replicas[ending].end();
  await speaks(OTHER[ending]);
  expectOneAtATime();
  expect(platform.calls.filter(({ status }) => status >= 400)).toEqual([]);
});

test.each([true, false])(
  'after kill -9 during a report, the report is there once: the platform had it: %s',
  async (isDone) => {
    platform.hang = { path: '/activity', isDone };
    const speaking = speaker();
    const client = await connect(replicas[OTHER[speaking]].url);
    const task = await begin(client, 'hello');
    await until('the report is under way', () => platform.hasHung, WITHIN_MS);
    const later = await begin(client, 'hello again');
    await replicas[speaking].kill();
    await until('the next report', () => activities(later.id).length === 1, WITHIN_MS);
    expect(activities(task.id)).toHaveLength(1);
    expectOneAtATime();
  },
);

function lastHeartbeat(): Record<string, unknown> {
  return platform.of('/registry/heartbeat').at(-1)?.body ?? {};
}
