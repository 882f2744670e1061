import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTeamDatabase } from '../../src/delegation/team-database.js';
import { calling, type ToolAdapter, toolAdapter } from '../delegation/tool-adapter.js';
import { answerOf, begin, cancelTask, connect, getTask, send, stateOf } from '../support/a2a-client.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const PEER = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a11';
const CONFIG = 'name: Lead\nruntime: play\ndelegation: { retry_attempts: 1, retry_delay: 0, timeout: 20 }\n';

const { logger, lines } = recordingLogger();
let platform: FakePlatform;
let member: PlayAdapter;
let peer: TestRuntime;
let lead: ToolAdapter;
let runtime: TestRuntime;

/** The member has no address for us: the platform alone reaches it. */
beforeAll(async () => {
  platform = await startFakePlatform();
  member = playAdapter();
  // Nothing listens at its own platform: it only speaks as a member of one does.
  peer = await startTestRuntime({ adapter: member.adapter, environment: { PLATFORM_URL: 'http://localhost:9' } });
  platform.peers = [{ id: PEER, name: 'Helper', url: null, parent_id: ID }];
  platform.delegations.reach.set(PEER, peer.url);
  lead = toolAdapter({ repeatableTurns: true });
  const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: ID };
  runtime = await startTestRuntime({ adapter: lead.adapter, config: CONFIG, environment, logger });
  await until('the team', () => lead.context().systemPrompt.includes('**Helper**'));
});

afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

const delegating = (task: string, tool = 'delegate_task') => calling(tool, { workspace_id: PEER, task });
const read = (text: string) => JSON.parse(text) as Record<string, unknown>;

async function delegate(task: string): Promise<Record<string, unknown>> {
  return read(answerOf(await send(await connect(runtime.url), delegating(task))));
}

function asked(path: string) {
  return platform.of(`/workspaces/${ID}/${path}`);
}

function turnsOf(text: string) {
  return member.turns.filter(({ turn }) => 'text' in turn && turn.text.includes(text));
}

async function finished(url: string, taskId: string) {
  const client = await connect(url);
  return until('the end', async () => {
    const task = await getTask(client, taskId);
    return ['completed', 'failed', 'canceled'].includes(stateOf(task)) && task;
  });
}

describe('a peer without an address', () => {
  test('is handed the task by the platform, once, and its answer comes back with all that it says', async () => {
    const long = 'ä'.repeat(400);
    expect(await delegate(play({ say: long }))).toMatchObject({ status: 'completed', answer: long });
    expect(asked('delegate').at(-1)?.body).toMatchObject({ target_id: PEER, idempotency_key: expect.any(String) });
    expect(turnsOf(long)).toHaveLength(1);
    // The platform has booked it itself; told once more it would be two.
    expect(asked('activity').filter(({ body }) => body['activity_type'] === 'a2a_send')).toEqual([]);
  });

  test('that fails, refuses, or cannot be reached is told as such, whatever the platform takes it for', async () => {
    expect(await delegate(play({ fail: 'auth', message: 'no key' }))).toMatchObject({
      status: 'failed',
      reason: 'The task failed: no key',
    });
    await using locked = await startTestRuntime({
      adapter: playAdapter().adapter,
      environment: { MOLECULE_TOKENS: 'alice:a-token-of-some-length' },
    });
    platform.delegations.reach.set(PEER, locked.url);
    const refused = await delegate('to one that asks for a token');
    expect(refused).toMatchObject({ status: 'failed', reason: expect.stringMatching(/token.*\(-32\d{3}\)$/) });
    platform.delegations.reach.delete(PEER);
    expect(await delegate('to nobody')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/failed to reach workspace agent/),
    });
    platform.delegations.reach.set(PEER, peer.url);
    // A failure is an answer, too: it is not asked for again.
    const keys = asked('delegate').map(({ body }) => body['idempotency_key']);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('goes on while the platform is away, and the answer is found when it is back, however many came since', async () => {
    const task = play({ gate: 'outage' }, { say: 'after the outage' });
    const { id } = await begin(await connect(runtime.url), delegating(task));
    await until('the peer to work', () => turnsOf('after the outage').length === 1);
    platform.down = true;
    const before = platform.calls.length;
    await until('the outage to be noticed', () => platform.calls.slice(before).some(({ status }) => status === 0));
    member.gates.open('outage');
    await until('the peer to be done', () => turnsOf('after the outage')[0]?.running === false);
    platform.delegations.crowd(ID, 60);
    platform.down = false;
    const done = await finished(runtime.url, id);
    expect(read(answerOf(done))).toMatchObject({ status: 'completed', answer: 'after the outage' });
    expect(turnsOf('after the outage')).toHaveLength(1);
  });

  test('cannot be told of a cancel, and that is said', async () => {
    const { id } = await begin(await connect(runtime.url), delegating(play({ gate: 'canceled' }, { say: 'unwanted' })));
    await until('the peer to work', () => turnsOf('unwanted').length === 1);
    await cancelTask(await connect(runtime.url), id);
    const told = await until('the log to say it', () =>
      lines.find(({ message }) => message.includes('could not be told that its task is canceled')),
    );
    expect(told.fields['reason']).toMatch(/passes no cancel on/);
    const database = await openTeamDatabase(join(runtime.directory, '.molecule', 'team.db'));
    const [row] = await until('the delegation to end', async () => {
      const rows = await database.selectFrom('delegations').selectAll().where('parent_task', '=', id).execute();
      return rows[0]?.state === 'canceled' && rows;
    });
    await database.destroy();
    expect(row?.answer).toMatch(/canceled\. Helper may go on with it.*passes no cancel on/);
    member.gates.open('canceled');
  });

  test('is asked for the answer by a restarted process, and does the task once', async () => {
    const task = play({ gate: 'restart' }, { say: 'after the restart' });
    const { id } = await begin(await connect(runtime.url), delegating(task));
    await until('the peer to work', () => turnsOf('after the restart').length === 1);
    const handed = asked('delegate').length;
    const looks = asked('delegations').length;
    runtime = await runtime.restart();
    await until('the delegation to be taken up', () => asked('delegations').length > looks);
    expect(asked('delegate')).toHaveLength(handed);
    // A process that died before it wrote down what the platform had answered hands the task over again, under its key.
    await runtime.shutdown(0);
    const database = await openTeamDatabase(join(runtime.directory, '.molecule', 'team.db'));
    await database
      .updateTable('delegations')
      .set({ state: 'pending', remote_task: null })
      .where('parent_task', '=', id)
      .execute();
    await database.destroy();
    runtime = await runtime.restart();
    await until('the second time', () => asked('delegate').length === handed + 1);
    expect(asked('delegate').at(-1)?.status).toBe(200);
    member.gates.open('restart');
    const done = await finished(runtime.url, id);
    expect(read(answerOf(done))).toMatchObject({ status: 'completed', answer: 'after the restart' });
    expect(turnsOf('after the restart')).toHaveLength(1);
  });

  test('is told where the task comes from, so that it is not handed round in a circle', async () => {
    await delegate('Where from?');
    const [turn] = turnsOf('Where from?');
    expect(turn?.turn).toMatchObject({ text: `Where from?\n\n[molecule.delegation 1: ${ID}]` });
    const back = `${delegating('round')}\n\n[molecule.delegation 1: ${PEER}]`;
    const answer = answerOf(await send(await connect(runtime.url), back));
    expect(answer).toMatch(/go round in a circle/);
  });
});
