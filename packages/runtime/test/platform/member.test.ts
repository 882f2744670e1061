import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@a2a-js/sdk/client';
import { defineAdapter, silentLogger } from '@molecule/adapters';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPlatform } from '../../src/platform/open-platform.js';
import { loadConfig } from '../../src/settings/config/load-config.js';
import { readSettings } from '../../src/settings/environment/read-settings.js';
import { openTaskStore } from '../../src/tasks/open-task-store.js';
import { skillFile, workspaceFiles } from '../prompt/workspace-files.js';
import { answerOf, begin, connect, send } from '../support/a2a-client.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startRecordingProxy } from '../support/recording-proxy.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { calling, toolAdapter } from '../team/delegation/tool-adapter.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const PEER = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a11';

const environmentFor = (platform: FakePlatform) => ({ PLATFORM_URL: platform.url, WORKSPACE_ID: ID });
const refused = (platform: FakePlatform) => platform.calls.filter(({ status }) => status >= 400);

test('a workspace registers, stores its token privately, and registers with it after a restart', async () => {
  await using platform = await startFakePlatform();
  platform.instructions = 'Be brief.';
  const lead = toolAdapter();
  await using runtime = await startTestRuntime({ adapter: lead.adapter, environment: environmentFor(platform) });
  await until('the registration', () => platform.of('/registry/heartbeat').length > 0);
  const port = new URL(runtime.url).port;
  expect(platform.registered.get(ID)).toMatchObject({
    url: `http://localhost:${port}`,
    agent_card: { name: 'Test', url: `http://localhost:${port}`, protocolVersion: expect.stringMatching(/^0\.3/) },
  });
  const { mode } = await stat(join(runtime.directory, '.molecule', 'platform-token'));
  expect(mode & 0o777).toBe(0o600);
  await until('the instructions', () => lead.context().systemPrompt.includes('Be brief.'));
  const token = platform.tokens.get(ID);
  expect((await fetch(`${runtime.url}/transcript`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
    200,
  );
  expect((await fetch(`${runtime.url}/transcript`, { headers: { authorization: `bearer ${token}` } })).status).toBe(
    401,
  );
  await using _again = await runtime.restart();
  await until('the second registration', () => platform.of('/registry/register').length === 2);
  expect(platform.of('/registry/register')[1]?.authorization).toBe(`Bearer ${token}`);
  expect(lead.context().systemPrompt).toContain('Be brief.');
  expect(refused(platform)).toEqual([]);
});

test('a workspace that stops while its registration is on its way is not left online', async () => {
  await using platform = await startFakePlatform();
  platform.tokens.set(ID, 'the-token');
  // The platform has done it, and its reply does not arrive.
  platform.hang = { path: '/registry/register', isDone: true };
  const environment = { ...environmentFor(platform), MOLECULE_WORKSPACE_TOKEN: 'the-token' };
  const runtime = await startTestRuntime({ adapter: toolAdapter().adapter, environment });
  await until('the registration', () => platform.registered.has(ID));
  await runtime[Symbol.asyncDispose]();
  expect(platform.of('/registry/heartbeat').map(({ body }) => body['runtime_state'])).toEqual(['wedged']);
});

describe('the work of a member', () => {
  let platform: FakePlatform;
  let runtime: TestRuntime;
  let played: PlayAdapter;
  let client: Client;
  const heartbeats = () => platform.of('/registry/heartbeat').map(({ body }) => body);

  beforeEach(async () => {
    platform = await startFakePlatform();
    played = playAdapter();
    runtime = await startTestRuntime({ adapter: played.adapter, environment: environmentFor(platform) });
    client = await connect(runtime.url);
    await until('the first heartbeat', () => heartbeats().length > 0);
  });

  afterEach(async () => {
    expect(refused(platform)).toEqual([]);
    await runtime[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
  });

  test('is in a heartbeat at once when it begins and when it ends', async () => {
    expect(heartbeats()[0]).toMatchObject({ active_tasks: 0, current_task: '', error_rate: 0 });
    await begin(client, play({ gate: 'go' }));
    await until('the running task', () => heartbeats().at(-1)?.['active_tasks'] === 1);
    expect(heartbeats().at(-1)?.['current_task']).toContain('gate');
    played.gates.open('go');
    await until('its end', () => heartbeats().at(-1)?.['active_tasks'] === 0);
    expect(heartbeats().every(({ runtime_metadata: metadata }) => metadata !== undefined)).toBe(true);
  });

  test('has an error rate, and the last error as a sample', async () => {
    await send(client, 'hello');
    await send(client, play({ fail: 'auth', message: 'the key is wrong' }));
    await until('the failure', () => heartbeats().at(-1)?.['error_rate'] === 0.5);
    expect(heartbeats().at(-1)?.['sample_error']).toContain('the key is wrong');
  });

  test('counts a turn that succeeds at its second attempt as one success', async () => {
    await send(client, play({ fail: 'auth', message: 'the key is wrong' }));
    await until('the failure', () => heartbeats().at(-1)?.['error_rate'] === 1);
    await send(client, play({ fail: 'overloaded', onAttempts: [1] }, { say: 'in the end' }));
    await until('the success', () => heartbeats().at(-1)?.['error_rate'] === 0.5);
    await until('the reports', () => platform.of(`/workspaces/${ID}/activity`).length === 2);
  });

  test('is reported with one activity and two checkpoints for each turn', async () => {
    const { id } = await begin(client, 'hello');
    const checkpoints = () =>
      platform
        .of(`/workspaces/${ID}/checkpoints`)
        .filter(({ body }) => body['workflow_id'] === id)
        .map(({ body }) => body['step_name']);
    await until('the checkpoints', () => checkpoints().length === 2);
    expect(checkpoints()).toEqual(['llm_call', 'task_complete']);
    expect(platform.of(`/workspaces/${ID}/activity`)).toHaveLength(1);
  });
});

test('an unhealthy engine is reported as wedged, and is checked no more often than regular heartbeats are sent', async () => {
  await using platform = await startFakePlatform();
  const played = playAdapter();
  let checks = 0;
  const health = { ok: false, detail: 'its server is gone' };
  const adapter = defineAdapter({
    ...played.adapter,
    createEngine: async (context) => ({
      ...(await played.adapter.createEngine(context)),
      check: async () => {
        checks++;
        return health;
      },
    }),
  });
  await using runtime = await startTestRuntime({ adapter, environment: environmentFor(platform) });
  const last = () => platform.of('/registry/heartbeat').at(-1)?.body ?? {};
  await until('the fault', () => last()['runtime_state'] === 'wedged');
  expect(last()['sample_error']).toBe('its server is gone');
  // Tasks cause heartbeats, but no further check of the engine before its time.
  const client = await connect(runtime.url);
  const before = platform.of('/registry/heartbeat').length;
  await send(client, 'hello');
  await until('the heartbeats of a task', () => platform.of('/registry/heartbeat').length > before);
  expect(last()['runtime_state']).toBe('wedged');
  expect(checks).toBe(1);
  expect(refused(platform)).toEqual([]);
});

test('a turn that does not stop is reported as wedged, and its end at once', async () => {
  await using fake = await startFakePlatform();
  // The runtime serves the card. The platform object is opened here, so that the test can report a turn as stuck.
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const config = await loadConfig({ configPath: runtime.directory });
  const settings = readSettings(environmentFor(fake), config);
  await using store = await openTaskStore({ taskStore: 'memory', stateDir: settings.stateDir, logger: silentLogger });
  const platform = await openPlatform(settings, config, store, silentLogger);
  const turn = { taskId: 't', contextId: 'c', text: 'deaf' };
  const observers = platform?.observers ?? [];
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  try {
    platform?.start(runtime.url, { onRegistered: () => {}, onDeleted: () => {}, onMessage: async () => undefined });
    const last = () => fake.of('/registry/heartbeat').at(-1)?.body ?? {};
    await until('the first heartbeat', () => fake.of('/registry/heartbeat').length > 0);
    for (const observer of observers) observer.began?.(turn);
    for (const observer of observers) observer.stuck?.(turn, stopped);
    for (const observer of observers) observer.ended?.(turn, undefined);
    await until('the trouble', () => last()['runtime_state'] === 'wedged');
    // The turn was stopped, which is not a failure.
    expect(last()).toMatchObject({ sample_error: expect.stringMatching(/did not stop/), error_rate: 0 });
    stop();
    await until('its end', () => !('runtime_state' in last()));
  } finally {
    await platform?.stop();
  }
});

test('peers, memories, messages and approvals go through the platform, and a peer never gets its token', async () => {
  await using platform = await startFakePlatform();
  await using proxy = await startRecordingProxy();
  const first = await startTestRuntime({ adapter: playAdapter().adapter });
  proxy.target = first.url;
  await first[Symbol.asyncDispose]();
  await using _peer = await startTestRuntime({
    adapter: playAdapter().adapter,
    port: Number(new URL(proxy.target).port),
    environment: { MOLECULE_PUBLIC_URL: proxy.url },
  });
  platform.peers = [{ id: PEER, name: 'Helper', url: proxy.url, parent_id: ID }];
  const lead = toolAdapter();
  await using runtime = await startTestRuntime({ adapter: lead.adapter, environment: environmentFor(platform) });
  await until('the team', () => lead.context().systemPrompt.includes('**Helper**'));
  const client = await connect(runtime.url);
  const call = async (tool: string, input: Parameters<typeof calling>[1] = {}) =>
    JSON.parse(answerOf(await send(client, calling(tool, input)))) as unknown;
  expect(await call('list_peers')).toMatchObject({ peers: [{ id: PEER, parent_id: ID }] });
  expect(await call('delegate_task', { workspace_id: PEER, task: 'hi' })).toMatchObject({ answer: 'echo: hi' });
  expect(await call('send_message_to_user', { message: 'Half done' })).toEqual({ delivered: true });
  expect(await call('commit_memory', { content: 'Red', scope: 'TEAM' })).toMatchObject({ scope: 'TEAM' });
  expect(await call('recall_memory')).toMatchObject({ memories: [{ content: 'Red' }] });
  platform.decision = 'denied';
  expect(await call('request_approval', { action: 'Drop it' })).toMatchObject({ approved: false, decided: true });
  expect(await call('get_workspace_info')).toMatchObject({ id: ID, status: 'online' });
  await until('the report of the delegation', () =>
    platform.of(`/workspaces/${ID}/activity`).some(({ body }) => body['activity_type'] === 'a2a_send'),
  );
  expect(proxy.authorizations.length).toBeGreaterThan(1);
  expect(proxy.authorizations.every((authorization) => authorization === undefined)).toBe(true);
  expect(refused(platform)).toEqual([]);
});

test('a changed skill reaches the platform', async () => {
  await using platform = await startFakePlatform();
  await using files = await workspaceFiles({});
  const environment = environmentFor(platform);
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, directory: files.path, environment });
  await until('the registration', () => platform.of('/registry/heartbeat').length > 0);
  await files.write('skills/sum/SKILL.md', skillFile('sum', 'Adds numbers'));
  const card = () => JSON.stringify(platform.registered.get(ID)?.agent_card);
  await until('the new card', () => card().includes('Adds numbers'));
  // A change during an outage is sent after it, also after a short one.
  platform.down = true;
  await send(await connect(runtime.url), 'a task, so that a call fails');
  await until('the outage', () => platform.of('/registry/heartbeat').at(-1)?.status === 0);
  await files.write('skills/sum/SKILL.md', skillFile('sum', 'Subtracts, too'));
  await until('the new card of the agent', async () => {
    const response = await fetch(`${runtime.url}/.well-known/agent-card.json`);
    return (await response.text()).includes('Subtracts, too');
  });
  const missed = platform.calls.findLastIndex(({ path }) => path === '/registry/heartbeat');
  const since = platform.calls.slice(missed + 1);
  expect(since.filter(({ method }) => method === 'GET')).toEqual([]);
  platform.down = false;
  await until('the newer card', () => card().includes('Subtracts, too'));
  expect(platform.of('/registry/register')).toHaveLength(1);
});

test('while the platform is unreachable the agent serves with one warning, and it registers when the platform is back', async () => {
  await using platform = await startFakePlatform();
  platform.down = true;
  const { logger, lines } = recordingLogger();
  const environment = environmentFor(platform);
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment, logger });
  const client = await connect(runtime.url);
  await until('two tries', () => platform.of('/registry/register').length >= 2);
  expect(answerOf(await send(client, 'hello'))).toBe('echo: hello');
  expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toHaveLength(1);
  platform.down = false;
  await until('the registration', () => platform.registered.has(ID));
});

test('with an id that is not a UUID, the platform is not called', async () => {
  await using platform = await startFakePlatform();
  const { logger, lines } = recordingLogger();
  const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: 'my-agent' };
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment, logger });
  await send(await connect(runtime.url), 'hello');
  expect(platform.calls).toEqual([]);
  expect(lines.some(({ message }) => message.includes('WORKSPACE_ID is not a UUID'))).toBe(true);
});
