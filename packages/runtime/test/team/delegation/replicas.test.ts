import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { answerOf, begin, cancelTask, connect, getTask, send, stateOf } from '../../support/a2a-client.js';
import { play } from '../../support/play-adapter.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres/fresh-database.js';
import { until } from '../../support/until.js';
import { startMember, type TeamMember, team } from './team-process.js';
import { calling } from './tool-adapter.js';

// Processes are started, and a lease is valid for three seconds.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const WITHIN_MS = 60_000;
const POLICY = 'delegation: { retry_attempts: 3, retry_delay: 0.2, timeout: 60 }\n';

let database: FreshDatabase;
let member: TeamMember;
let first: TeamMember;
let second: TeamMember;
let isKilled = false;

beforeAll(async () => {
  database = await freshDatabase();
  member = await startMember('Member');
  first = await replica();
  second = await replica();
});
beforeEach(async () => {
  if (isKilled) await first.restart();
  isKilled = false;
});
afterAll(async () => {
  for (const each of [first, second, member]) await each?.[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function replica(): Promise<TeamMember> {
  return startMember('Lead', `${POLICY}${team(['member', member.url])}`, { DATABASE_URL: database.url });
}

/** On a busy machine, a replica may lose its lease and refuse messages until it has one again. */
function accepted(url: string, text: string, how: typeof send = send) {
  const say = async () => how(await connect(url), text).catch(() => undefined);
  return until('the message is accepted', say, WITHIN_MS);
}

/** The tasks of the member whose text this is. */
async function tasksFor(text: string) {
  const client = await connect(member.url);
  const { tasks } = await client.listTasks({
    tenant: '',
    contextId: '',
    status: 0,
    pageSize: 100,
    pageToken: '',
    historyLength: 10,
    statusTimestampAfter: undefined,
    includeArtifacts: false,
  });
  return tasks.filter(({ history }) => JSON.stringify(history).includes(text));
}

function works(text: string) {
  return until('the member works', async () => (await tasksFor(text)).length === 1, WITHIN_MS);
}

function settled(url: string, id: string) {
  const ended = ['completed', 'failed', 'canceled'];
  const read = async () => {
    const task = await getTask(await connect(url), id);
    return ended.includes(stateOf(task)) && task;
  };
  return until('the end of the task', read, WITHIN_MS);
}

async function kill(): Promise<void> {
  isKilled = true;
  await first.kill();
}

test('what one replica has remembered, another one recalls', async () => {
  await accepted(first.url, calling('commit_memory', { content: 'Red', scope: 'LOCAL' }));
  expect(answerOf(await accepted(second.url, calling('recall_memory')))).toContain('Red');
});

test('a turn that waits for a peer moves to another replica, which waits for the same task of the peer', async () => {
  const task = play({ wait: 3_000 }, { say: 'moved' });
  const { id } = await accepted(first.url, calling('delegate_task', { workspace_id: 'member', task }), begin);
  await works('moved');
  await kill();
  const done = await settled(second.url, id);
  expect(JSON.parse(answerOf(done))).toMatchObject({ status: 'completed', answer: 'moved' });
  expect(await tasksFor('moved')).toHaveLength(1);
});

test('the late answer of a peer reaches the conversation once, if the replica that delegated is killed before', async () => {
  const task = play({ wait: 2_000 }, { say: 'later' });
  const text = calling('delegate_task_async', { workspace_id: 'member', task });
  const { contextId } = await accepted(first.url, text);
  await works('later');
  await kill();
  const client = await connect(second.url);
  const list = async () => (await client.listTasks(inContext(contextId))).tasks;
  const both = (await until('the answer', async () => (await list()).length >= 2 && list(), WITHIN_MS)) as Awaited<
    ReturnType<typeof list>
  >;
  expect(both.map(({ history }) => JSON.stringify(history).includes('member has answered')).filter(Boolean)).toEqual([
    true,
  ]);
  expect(await tasksFor('later')).toHaveLength(1);
  await first.restart();
  isKilled = false;
  expect(await list()).toHaveLength(2);
});

test.each(['lives', 'stands still'])(
  'a cancel on one replica cancels what another one delegated, which %s',
  async (how) => {
    const task = play({ wait: 120_000 }, { say: how });
    const { id } = await accepted(first.url, calling('delegate_task', { workspace_id: 'member', task }), begin);
    await works(how);
    if (how === 'stands still') first.signal('SIGSTOP');
    try {
      await cancelTask(await connect(second.url), id);
      const canceled = async () => (await tasksFor(how)).map(stateOf)[0] === 'canceled';
      await until('the cancel at the member', canceled, WITHIN_MS);
    } finally {
      first.signal('SIGCONT');
    }
    expect(await tasksFor(how)).toHaveLength(1);
  },
);

function inContext(contextId: string) {
  return {
    tenant: '',
    contextId,
    status: 0,
    pageSize: 100,
    pageToken: '',
    historyLength: 10,
    statusTimestampAfter: undefined,
    includeArtifacts: false,
  };
}
