import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canceledEvent } from '../../../src/tasks/events/a2a-events.js';
import { answerOf, begin, cancelTask, connect, failureOf, getTask, send, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { openStoreIn } from '../../tasks/log/open-log.js';
import { team } from './team-process.js';
import { calling, toolAdapter } from './tool-adapter.js';

const NAME = 'name: Lead\nruntime: play\n';
const FAST = 'delegation: { retry_attempts: 2, retry_delay: 0.05, timeout: 5 }\n';

async function pair(options: { readonly delegation?: string; readonly memberUrl?: string } = {}) {
  const member = playAdapter();
  const peer = await startTestRuntime({ adapter: member.adapter });
  const lead = toolAdapter();
  const config = `${NAME}${options.delegation ?? FAST}${team(['helper', options.memberUrl ?? peer.url, 'sums'])}`;
  const parent = await startTestRuntime({ adapter: lead.adapter, config });
  const client = await connect(parent.url);
  return {
    member,
    peer,
    lead,
    parent,
    client,
    delegate: async (task: string): Promise<Record<string, unknown>> => {
      const answered = await send(client, calling('delegate_task', { workspace_id: 'helper', task }));
      return read(answerOf(answered));
    },
    async [Symbol.asyncDispose]() {
      await parent[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}

function read(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    return { text, error };
  }
}

describe('a delegated task', () => {
  test('is a task of the peer, and its answer is returned', async () => {
    await using team = await pair();
    expect(await team.delegate('hello')).toMatchObject({ status: 'completed', peer: 'helper', answer: 'echo: hello' });
    expect(team.member.turns).toHaveLength(1);
    expect(team.lead.context().systemPrompt).toContain(
      '**helper** (id: helper, see list_peers): A test.; skills: sums',
    );
  });

  test('that fails or leads to a question is reported as such', async () => {
    await using team = await pair();
    expect(await team.delegate(play({ fail: 'auth', message: 'no key' }))).toMatchObject({ status: 'failed' });
    const asked = await team.delegate(play({ ask: 'Which one?' }));
    expect(asked).toMatchObject({ status: 'input-required', question: 'Which one?' });
  });

  test('for an unreachable peer fails after the allowed attempts', async () => {
    await using team = await pair({ memberUrl: 'http://127.0.0.1:9' });
    expect(await team.delegate('hello')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/helper could not be reached/),
    });
  });

  test('that cannot have arrived is not said to be worked on', async () => {
    const peer = await startTestRuntime({ adapter: playAdapter().adapter });
    await peer[Symbol.asyncDispose]();
    await using team = await pair({ memberUrl: peer.url });
    const { reason } = await team.delegate('hello');
    expect(reason).toMatch(/ECONNREFUSED/);
    expect(reason).not.toMatch(/may still be working/);
  });

  test('that may have arrived is said to be worked on', async () => {
    // It takes the task, and breaks every connection.
    const server = createServer((_request, response) => response.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await using team = await pair({ memberUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const { reason } = await team.delegate('hello');
    expect(reason).toMatch(/helper may still be working on it/);
    server.closeAllConnections();
    server.close();
  });

  test('that takes too long fails, and is canceled at the peer', async () => {
    await using team = await pair({
      delegation: 'delegation: { retry_attempts: 2, retry_delay: 0.01, timeout: 0.2 }\n',
    });
    const outcome = await team.delegate(play({ gate: 'never' }));
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(/not answer within 0\.2 s/) });
    await until('the cancel at the peer', () => team.member.turns[0]?.aborted);
    expect(team.member.turns).toHaveLength(1);
  });

  test('is canceled at the peer if its parent is canceled', async () => {
    await using team = await pair();
    const task = calling('delegate_task', { workspace_id: 'helper', task: play({ gate: 'never' }) });
    const { id } = await begin(team.client, task);
    await until('the peer to work', () => team.member.turns[0]?.running);
    await cancelTask(team.client, id);
    await until('the peer to stop', () => team.member.turns[0]?.aborted === true);
    expect(stateOf(await getTask(team.client, id))).toBe('canceled');
  });

  test('to an unknown peer is refused with the list of known peers', async () => {
    await using team = await pair();
    const answered = await send(team.client, calling('delegate_task', { workspace_id: 'nobody', task: 'x' }));
    expect(answerOf(answered)).toMatch(/no peer "nobody".*Known peers: helper \(helper\)/);
    expect(failureOf(answered)).toBeUndefined();
  });
});

test('the answer of an async delegation is delivered once, as a new message, and can be queried', async () => {
  await using team = await pair();
  const input = { workspace_id: 'helper', task: play({ gate: 'go' }, { say: 'late answer' }) };
  const first = await send(team.client, calling('delegate_task_async', input));
  const { delegation_id: id, status } = read(answerOf(first));
  expect(status).toBe('pending');
  const check = calling('check_task_status', { delegation_id: id as string });
  await until('the peer to have it', async () => read(answerOf(await send(team.client, check)))['status'] === 'sent');
  team.member.gates.open('go');
  const told = () => team.lead.turns.filter(({ turn }) => 'text' in turn && turn.text.includes('late answer'));
  const [turn] = await until('the answer', () => told().length > 0 && told());
  expect(turn?.turn.contextId).toBe(first.contextId);
  const again = read(answerOf(await send(team.client, check)));
  expect(again).toMatchObject({ status: 'completed', answer: 'late answer' });
  await using restarted = await team.parent.restart();
  await send(await connect(restarted.url), 'anything');
  expect(told()).toHaveLength(1);
});

test('a turn that delegates a task and then waits for the same one gets its answer once', async () => {
  await using team = await pair();
  const { id: taskId, contextId } = await begin(team.client, play({ gate: 'turn' }));
  await until('the turn to run', () => team.lead.turns[0]?.running);
  const call = (name: string) => {
    const tool = team.lead.context().tools.find((one) => one.name === name);
    const input = { workspace_id: 'helper', task: 'the same' };
    return tool?.execute(input, { taskId, contextId, signal: AbortSignal.timeout(5_000) });
  };
  expect(await call('delegate_task_async')).toMatchObject({ peer: 'helper' });
  expect(await call('delegate_task')).toMatchObject({ status: 'completed', answer: 'echo: the same' });
  team.lead.gates.open('turn');
  await until('the turn to end', async () => stateOf(await getTask(team.client, taskId)) === 'completed');
  // Longer than the interval at which the end of the turn is checked.
  await send(team.client, play({ wait: 700 }));
  expect(team.member.turns).toHaveLength(1);
  expect(team.lead.turns).toHaveLength(2);
});

test('restarts of the delegating process use up no attempt', async () => {
  const member = playAdapter();
  await using peer = await startTestRuntime({ adapter: member.adapter });
  const lead = toolAdapter({ repeatableTurns: true });
  const once = 'delegation: { retry_attempts: 1, retry_delay: 0, timeout: 20 }\n';
  let parent = await startTestRuntime({
    adapter: lead.adapter,
    config: `${NAME}${once}${team(['helper', peer.url])}`,
  });
  try {
    const task = play({ gate: 'go' }, { say: 'at last' });
    const input = { workspace_id: 'helper', task };
    const { id } = await begin(await connect(parent.url), calling('delegate_task', input));
    await until('the peer to work', () => member.turns.length === 1);
    for (let restarts = 0; restarts < 2; restarts++) {
      const before = lead.turns.length;
      parent = await parent.restart();
      expect(lead.turns.length).toBe(before);
    }
    member.gates.open('go');
    const client = await connect(parent.url);
    const done = await until('the answer', async () => {
      const found = await getTask(client, id);
      return ['completed', 'failed'].includes(stateOf(found)) && found;
    });
    expect(read(answerOf(done))).toMatchObject({ status: 'completed', answer: 'at last' });
    expect(member.turns).toHaveLength(1);
  } finally {
    await parent[Symbol.asyncDispose]();
  }
});

test('a task that is canceled while no process runs is canceled at the peer by the next process, and not sent again', async () => {
  const member = playAdapter();
  await using peer = await startTestRuntime({ adapter: member.adapter });
  const lead = toolAdapter({ repeatableTurns: true });
  await using parent = await startTestRuntime({
    adapter: lead.adapter,
    config: `${NAME}${FAST}${team(['helper', peer.url])}`,
  });
  const task = calling('delegate_task', { workspace_id: 'helper', task: play({ gate: 'never' }) });
  const { id } = await begin(await connect(parent.url), task);
  await until('the peer to work', () => member.turns[0]?.running);
  await parent.shutdown(0);
  expect(member.turns[0]?.aborted).toBe(false);
  const beside = await openStoreIn(join(parent.directory, '.molecule'));
  await beside.log.settle(id, canceledEvent({ taskId: id, contextId: '' }));
  await beside[Symbol.asyncDispose]();
  await using _again = await parent.restart();
  await until('the cancel at the peer', () => member.turns[0]?.aborted === true);
  expect(member.turns).toHaveLength(1);
});

test('an answer that the agent cannot accept now is delivered later', async () => {
  const { logger, lines } = recordingLogger();
  const member = playAdapter();
  await using peer = await startTestRuntime({ adapter: member.adapter });
  const lead = toolAdapter();
  await using parent = await startTestRuntime({
    adapter: lead.adapter,
    config: `${NAME}${FAST}${team(['helper', peer.url])}`,
    environment: { MOLECULE_QUEUE_LIMIT: '0' },
    logger,
  });
  const client = await connect(parent.url);
  const input = { workspace_id: 'helper', task: play({ gate: 'go' }, { say: 'late answer' }) };
  const first = await send(client, calling('delegate_task_async', input));
  await until('the peer to work', () => member.turns.length === 1);
  const busy = await begin(client, play({ gate: 'busy' }), { contextId: first.contextId });
  await until('the conversation to be busy', () => lead.turns.some(({ running }) => running));
  member.gates.open('go');
  await until('the peer to be done', () => member.turns[0]?.running === false);
  const told = () => lead.turns.filter(({ turn }) => 'text' in turn && turn.text.includes('late answer'));
  await until('the refusal', () =>
    lines.some(({ message }) => message.includes('could not be delivered; delivery is retried')),
  );
  lead.gates.open('busy');
  await until('the answer', () => told().length > 0);
  expect(stateOf(await getTask(client, busy.id))).toBe('completed');
  expect(told()).toHaveLength(1);
});

test('a chain of delegations ends: two agents that delegate a task to each other are refused', async () => {
  const ping = toolAdapter();
  const pong = toolAdapter();
  await using first = await startTestRuntime({ adapter: ping.adapter, config: `${NAME}${FAST}` });
  const { port } = new URL(first.url);
  await using second = await startTestRuntime({
    adapter: pong.adapter,
    config: `name: Pong\nruntime: play\n${FAST}${team(['ping', first.url])}`,
  });
  await first.shutdown(0);
  await using back = await startTestRuntime({
    adapter: ping.adapter,
    port: Number(port),
    config: `name: Ping\nruntime: play\n${FAST}${team(['pong', second.url])}`,
  });
  const nested = (peers: readonly string[]): string =>
    peers.reduceRight<string>((task, peer) => calling('delegate_task', { workspace_id: peer, task }), 'the end');
  const client = await connect(back.url);
  // ping -> pong -> ping: delegating the task back to its origin is refused.
  const circle = answerOf(await send(client, nested(['pong', 'ping'])));
  expect(circle).toMatch(/would be a cycle/);
});
