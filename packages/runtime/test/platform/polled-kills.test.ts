import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PollCursor } from '../../src/platform/polling/poll-cursor.js';
import type { PlatformRecords } from '../../src/tasks/team/platform-records.js';
import { answerIn } from '../support/fake-activities.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { play } from '../support/play-adapter.js';
import { until } from '../support/until.js';
import { startMember, type TeamMember } from '../team/delegation/team-process.js';

// A process is started and killed in each.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const WITHIN_MS = 60_000;

let platform: FakePlatform;
let member: TeamMember;

beforeEach(async () => {
  platform = await startFakePlatform();
  const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: ID, MOLECULE_PLATFORM_DELIVERY: 'poll' };
  member = await startMember('agent', '', environment);
  await until('the registration', () => platform.of('/registry/heartbeat').length > 0, WITHIN_MS);
});

afterEach(async () => {
  await member[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

const chat = () => platform.activities.chat(ID);
const say = (text: string) => platform.proxy.send(ID, { message: { parts: [{ kind: 'text', text }] } });
const turns = () =>
  platform.activities.rows.filter(({ method }) => method === 'task').map((row) => answerIn(row.response_body));

function inDatabase<Result>(name: string, work: (database: DatabaseSync) => Result): Result {
  using database = new DatabaseSync(join(member.directory, '.molecule', `${name}.db`));
  database.exec('pragma busy_timeout = 5000');
  return work(database);
}

function tasks(): number {
  return inDatabase('tasks', (database) => Number(database.prepare('select count(*) as n from tasks').get()?.['n']));
}

/** From now on no process can record which messages it has accepted. */
function withholdCursor(): void {
  const refuse = "when new.name = 'polled' begin select raise(abort, 'withheld'); end";
  inDatabase('team', (database) => {
    database.exec(`create trigger no_new_cursor before insert on platform_facts ${refuse}`);
    database.exec(`create trigger no_cursor before update on platform_facts ${refuse}`);
  });
}

function allowCursor(): void {
  inDatabase('team', (database) => database.exec('drop trigger no_new_cursor; drop trigger no_cursor'));
}

test('a process is killed after it has accepted a message, and before it has recorded that', async () => {
  await say('zero');
  await until('the first answer', () => chat().length === 1, WITHIN_MS);
  withholdCursor();
  await say('one');
  await until('the task', () => tasks() === 2, WITHIN_MS);
  await member.kill();
  allowCursor();
  await member.restart();
  await say('two');
  await until('the answers', () => chat().length >= 3, WITHIN_MS);
  await until('the reports', () => turns().length >= 3, WITHIN_MS);
  expect(chat()).toEqual(['echo: zero', 'echo: one', 'echo: two']);
  expect(tasks()).toBe(3);
});

test('a process is killed while it answers, with another message behind it', async () => {
  await say(play({ wait: 3_000 }, { say: 'slow' }));
  await until('the turn', () => platform.of(`/workspaces/${ID}/checkpoints`).length > 0, WITHIN_MS);
  await say('next');
  await member.kill();
  await member.restart();
  await until('both answers', () => chat().length >= 2, WITHIN_MS);
  await until('the reports', () => turns().length >= 2, WITHIN_MS);
  expect([...chat()].sort()).toEqual(['echo: next', 'slow']);
  expect([...turns()].sort()).toEqual(['echo: next', 'slow']);
});

test('the platform restarts at each step of a message', async () => {
  const outage = async (what: string, isOver: () => boolean) => {
    platform.down = true;
    await until(what, isOver, WITHIN_MS);
    platform.down = false;
  };
  const failed = () => {
    const before = platform.calls.length;
    return () => platform.calls.slice(before).some(({ status }) => status === 0);
  };
  // Before it is fetched.
  await say('one');
  await outage('a call that fails', failed());
  await until('the answer', () => chat().length === 1, WITHIN_MS);
  // While it is answered.
  await say(play({ wait: 1_500 }, { say: 'two' }));
  await until('the task', () => tasks() === 2, WITHIN_MS);
  await outage('a call that fails', failed());
  await until('the second answer', () => chat().length >= 2, WITHIN_MS);
  // As the person is told, which arrives, and whose reply is lost.
  platform.hasHung = false;
  platform.hang = { path: '/notify', isDone: true };
  await say('three');
  await until('the call', () => platform.hasHung, WITHIN_MS);
  await outage('a call that fails', failed());
  await say('four');
  await until('all answers', () => chat().includes('echo: four'), WITHIN_MS);
  expect(chat()).toEqual(['echo: one', 'two', 'echo: three', 'echo: four']);
});

test('the cursor waits for a record that appears behind a later one', async () => {
  let now = 0;
  const facts: Record<string, string> = {};
  const records = {
    facts: async () => facts,
    set: async (name: string, value: string) => {
      facts[name] = value;
    },
  } as unknown as PlatformRecords;
  const cursor = await PollCursor.open(records, () => now);
  cursor.handled('b');
  cursor.advance(['b']);
  await cursor.save();
  expect(cursor.since).toBeUndefined();
  // Its transaction began first and ended last.
  cursor.advance(['a', 'b']);
  expect((await PollCursor.open(records)).isHandled('a')).toBe(false);
  cursor.handled('a');
  now = 11_000;
  cursor.advance(['a', 'b']);
  await cursor.save();
  expect(cursor.since).toBe('b');
  const again = await PollCursor.open(records, () => now);
  expect([again.since, again.isHandled('a')]).toEqual(['b', false]);
  // One that is handled is not passed over while an earlier one is not.
  again.handled('d');
  again.advance(['c', 'd']);
  now = 30_000;
  again.advance(['c', 'd']);
  expect(again.since).toBe('b');
});
