import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPEATS_KEY } from '../../src/platform/link/own-card.js';
import { answerOf, begin, cancelTask, connect, getTask, send, stateOf } from '../support/a2a-client.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { calling, type ToolAdapter, toolAdapter } from '../team/delegation/tool-adapter.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const PEER = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a11';
const CONFIG = 'name: Lead\nruntime: play\ndelegation: { retry_attempts: 1, retry_delay: 0, timeout: 20 }\n';

const { logger, lines } = recordingLogger();
let platform: FakePlatform;
let member: PlayAdapter;
let peer: TestRuntime;
let lead: ToolAdapter;
let runtime: TestRuntime;

/** The member has no address for the lead: only the platform reaches it. */
beforeAll(async () => {
  platform = await startFakePlatform();
  member = playAdapter();
  // Nothing listens at the peer's platform; the setting only makes it answer as a member does.
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
  test('gets the task from the platform once, and its complete answer arrives', async () => {
    const long = 'ä'.repeat(400);
    expect(await delegate(play({ say: long }))).toMatchObject({ status: 'completed', answer: long });
    expect(asked('delegate').at(-1)?.body).toMatchObject({ target_id: PEER, idempotency_key: expect.any(String) });
    expect(turnsOf(long)).toHaveLength(1);
    // The platform has its own record of the delegation; a report would duplicate it.
    expect(asked('activity').filter(({ body }) => body['activity_type'] === 'a2a_send')).toEqual([]);
  });

  test('that fails, refuses or is unreachable counts as failed, although the platform treats its reply as an answer', async () => {
    expect(await delegate(play({ fail: 'auth', message: 'no key' }))).toMatchObject({
      status: 'failed',
      reason: 'The task failed: no key',
    });
    await using locked = await startTestRuntime({
      adapter: playAdapter().adapter,
      environment: { MOLECULE_TOKENS: 'alice:a-token-of-some-length' },
    });
    platform.delegations.reach.set(PEER, locked.url);
    const refused = await delegate('to a peer that requires a token');
    expect(refused).toMatchObject({ status: 'failed', reason: expect.stringMatching(/token.*\(-32\d{3}\)$/) });
    platform.delegations.reach.delete(PEER);
    expect(await delegate('to an unreachable peer')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/failed to reach workspace agent/),
    });
    platform.delegations.reach.set(PEER, peer.url);
    // A failure is an answer as well, so the delegation is not repeated.
    const keys = asked('delegate').map(({ body }) => body['idempotency_key']);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('continues while the platform is unreachable, and its answer is found afterwards behind many newer ones', async () => {
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

  test('does not get a cancel, which the log and the answer say', async () => {
    const { id } = await begin(await connect(runtime.url), delegating(play({ gate: 'canceled' }, { say: 'unwanted' })));
    await until('the peer to work', () => turnsOf('unwanted').length === 1);
    await cancelTask(await connect(runtime.url), id);
    const logged = await until('the log line', () =>
      lines.find(({ message }) => message.includes('a cancel could not be delivered to a peer')),
    );
    expect(logged.fields['reason']).toMatch(/does not pass on cancels/);
    using database = new DatabaseSync(join(runtime.directory, '.molecule', 'team.db'));
    const select = database.prepare('select state, answer from delegations where parent_task = ?');
    const row = await until('the delegation to end', () => {
      const found = select.get(id);
      return found?.['state'] === 'canceled' && found;
    });
    expect(row['answer']).toMatch(/canceled\. Helper may still be working on it.*does not pass on cancels/);
    member.gates.open('canceled');
  });

  test('is queried by a restarted process, and runs the task once', async () => {
    const task = play({ gate: 'restart' }, { say: 'after the restart' });
    const { id } = await begin(await connect(runtime.url), delegating(task));
    await until('the peer to work', () => turnsOf('after the restart').length === 1);
    const handed = asked('delegate').length;
    const looks = asked('delegations').length;
    runtime = await runtime.restart();
    await until('the resumed delegation', () => asked('delegations').length > looks);
    expect(asked('delegate')).toHaveLength(handed);
    // A process that died before it stored the platform's answer delegates the task again under the same key.
    await runtime.shutdown(0);
    const database = new DatabaseSync(join(runtime.directory, '.molecule', 'team.db'));
    database.prepare("update delegations set state = 'pending', remote_task = null where parent_task = ?").run(id);
    database.close();
    runtime = await runtime.restart();
    await until('the second time', () => asked('delegate').length === handed + 1);
    expect(asked('delegate').at(-1)?.status).toBe(200);
    member.gates.open('restart');
    const done = await finished(runtime.url, id);
    expect(read(answerOf(done))).toMatchObject({ status: 'completed', answer: 'after the restart' });
    expect(turnsOf('after the restart')).toHaveLength(1);
  });

  test('that sleeps gets the task once it is awake', async () => {
    platform.delegations.sleeping.add(PEER);
    expect(await delegate('Good morning')).toMatchObject({
      status: 'completed',
      answer: expect.stringMatching(/^echo: Good morning/),
    });
    expect(turnsOf('Good morning')).toHaveLength(1);
  });

  test('is asked itself after the platform was restarted while it carried the task', async () => {
    const card = { name: 'Helper', [REPEATS_KEY]: true };
    platform.peers = [{ id: PEER, name: 'Helper', url: null, parent_id: ID, agent_card: card }];
    const { id } = await begin(await connect(runtime.url), delegating(play({ gate: 'carry' }, { say: 'carried' })));
    await until('the peer to work', () => turnsOf('carried').length === 1);
    platform.delegations.forgets = true;
    platform.down = true;
    const before = platform.calls.length;
    await until('the outage to be noticed', () => platform.calls.slice(before).some(({ status }) => status === 0));
    member.gates.open('carry');
    await until('the peer to be done', () => turnsOf('carried')[0]?.running === false);
    platform.down = false;
    expect(read(answerOf(await finished(runtime.url, id)))).toMatchObject({ status: 'completed', answer: 'carried' });
    platform.delegations.forgets = false;
    expect(turnsOf('carried')).toHaveLength(1);
  });

  test('gets the lineage of the task, so that a cycle is refused', async () => {
    await delegate('Where from?');
    const [turn] = turnsOf('Where from?');
    expect(turn?.turn).toMatchObject({ text: `Where from?\n\n[molecule.delegation]: #1:${ID}` });
    const back = `${delegating('round')}\n\n[molecule.delegation 1: ${PEER}]`;
    const answer = answerOf(await send(await connect(runtime.url), back));
    expect(answer).toMatch(/would be a cycle/);
  });
});
