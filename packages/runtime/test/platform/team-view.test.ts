import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPEATS_KEY } from '../../src/platform/link/own-card.js';
import { answerOf, connect, send } from '../support/a2a-client.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { type PlayAdapter, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { calling, type ToolAdapter, toolAdapter } from '../team/delegation/tool-adapter.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const PEER = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a11';
const CONFIG = 'name: Lead\nruntime: play\ndelegation: { retry_attempts: 1, retry_delay: 0, timeout: 20 }\n';
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';

let platform: FakePlatform;
let member: PlayAdapter;
let peer: TestRuntime;
let lead: ToolAdapter;
let runtime: TestRuntime;

beforeEach(async () => {
  platform = await startFakePlatform();
  member = playAdapter();
  peer = await startTestRuntime({ adapter: member.adapter, environment: { PLATFORM_URL: 'http://localhost:9' } });
  lead = toolAdapter({ repeatableTurns: true });
  listed(peer.url);
  const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: ID };
  runtime = await startTestRuntime({ adapter: lead.adapter, config: CONFIG, environment });
  await until('the team', () => lead.context().systemPrompt.includes('**Helper**'));
});

afterEach(async () => {
  await runtime[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

function listed(url: string): void {
  const card = { name: 'Helper', [REPEATS_KEY]: true };
  platform.peers = [{ id: PEER, name: 'Helper', url, parent_id: ID, agent_card: card }];
}

async function delegate(task: string): Promise<Record<string, unknown>> {
  const message = calling('delegate_task', { workspace_id: PEER, task });
  return JSON.parse(answerOf(await send(await connect(runtime.url), message))) as Record<string, unknown>;
}

const posted = (path: string) => platform.calls.filter((call) => call.path.startsWith(`/workspaces/${ID}/${path}`));

test('a delegation of the workspace itself is on the list of the platform, with its end and its answer', async () => {
  expect(await delegate('hi')).toMatchObject({ status: 'completed', answer: 'echo: hi' });
  const answers = () => platform.activities.rows.filter(({ activity_type }) => activity_type === 'a2a_send');
  await until('the report', () => answers().length > 0);
  const { body: rows } = platform.delegations.list(ID);
  const [result, request] = rows as Record<string, unknown>[];
  expect(request).toMatchObject({ status: 'completed', target_id: PEER });
  expect(result).toMatchObject({ status: 'completed', response_preview: 'echo: hi' });
  expect(answers()).toMatchObject([{ source_id: ID, target_id: PEER, response_body: { result: 'echo: hi' } }]);
  // In their order, each once.
  const order = posted('').filter(
    ({ path }) =>
      /record|update/.test(path) ||
      posted('activity').some((one) => one.path === path && one.body['activity_type'] === 'a2a_send'),
  );
  expect(order.filter(({ path }) => path.includes('delegations')).map(({ path }) => path.split('/').at(-1))).toEqual([
    'record',
    'update',
  ]);
});

test('a delegation whose record may have arrived is recorded once', async () => {
  platform.hang = { path: '/delegations/record', isDone: true };
  const asked = delegate('hi');
  await until('the record', () => platform.hasHung);
  expect(await asked).toMatchObject({ status: 'completed' });
  await runtime.shutdown(0);
  runtime = await runtime.restart();
  await until('the end', () => posted('delegations/').some(({ path }) => path.endsWith('/update')), 20_000);
  expect(posted('delegations/record')).toHaveLength(1);
});

test('a peer whose listed address cannot be reached is reached where the platform discovers it', async () => {
  listed(NOWHERE);
  platform.registry.discovered.set(PEER, peer.url);
  expect(await delegate('where are you?')).toMatchObject({ status: 'completed', answer: 'echo: where are you?' });
  expect(member.turns).toHaveLength(1);
});

test('a peer that only the platform reaches gets the task by its proxy, with the lineage beside the text', async () => {
  listed(NOWHERE);
  platform.delegations.reach.set(PEER, peer.url);
  expect(await delegate('by the proxy')).toMatchObject({ status: 'completed', answer: 'echo: by the proxy' });
  expect(member.turns[0]?.turn).toMatchObject({ text: 'by the proxy' });
});
