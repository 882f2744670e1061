import { expect, test } from 'vitest';
import { skillFile, workspaceFiles } from '../prompt/workspace-files.js';
import { connect, send } from '../support/a2a-client.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { calling, toolAdapter } from '../team/delegation/tool-adapter.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const PARENT = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a0f';
const environmentOf = (platform: FakePlatform) => ({ PLATFORM_URL: platform.url, WORKSPACE_ID: ID });

test('the parent is the one that the platform names, if no variable does', async () => {
  await using platform = await startFakePlatform();
  platform.registry.parents.set(ID, PARENT);
  platform.sharedContext = [{ path: 'goals.md', content: 'Ship it.' }];
  const lead = toolAdapter();
  await using _agent = await startTestRuntime({ adapter: lead.adapter, environment: environmentOf(platform) });
  await until('the shared context', () => lead.context().systemPrompt.includes('Ship it.'));
  expect(platform.of(`/workspaces/${PARENT}/shared-context`).length).toBeGreaterThan(0);
});

test('a workspace at the top has no parent to read from', async () => {
  await using platform = await startFakePlatform();
  platform.instructions = 'Be brief.';
  platform.sharedContext = [{ path: 'goals.md', content: 'Ship it.' }];
  const lead = toolAdapter();
  await using _agent = await startTestRuntime({ adapter: lead.adapter, environment: environmentOf(platform) });
  await until('the instructions', () => lead.context().systemPrompt.includes('Be brief.'));
  expect(platform.calls.filter(({ path }) => path.endsWith('/shared-context'))).toEqual([]);
});

test('the plugins that a platform has installed add their rules, guidelines, prompts and skills, and nothing else', async () => {
  await using platform = await startFakePlatform();
  await using files = await workspaceFiles({
    'plugins/careful/rules/careful.md': 'Ask before you delete.',
    'plugins/careful/guidelines/tone.md': 'Be kind.',
    'plugins/careful/prompts/extra.md': 'You know the house.',
    'plugins/careful/skills/audit/SKILL.md': skillFile('audit', 'Checks the books'),
    // Programs of the original runtime.
    'plugins/careful/hooks/before.py': 'print("a hook that is not run")',
    'plugins/careful/.hidden.md': 'Hidden.',
    'plugins/.cache/rules/x.md': 'Of a directory that is no plugin.',
    'skills/sum/SKILL.md': skillFile('sum', 'Adds numbers'),
  });
  const lead = toolAdapter();
  await using _agent = await startTestRuntime({
    adapter: lead.adapter,
    directory: files.path,
    config: 'name: A\nruntime: play\n',
    environment: environmentOf(platform),
  });
  const { systemPrompt } = lead.context();
  for (const part of [
    'Ask before you delete.',
    'Be kind.',
    'You know the house.',
    'Checks the books',
    'Adds numbers',
  ]) {
    expect(systemPrompt).toContain(part);
  }
  expect(systemPrompt).not.toMatch(/not run|Hidden|no plugin/);
  await until('the card', () => JSON.stringify(platform.registered.get(ID)?.agent_card ?? {}).includes('audit'));
  // A platform installs plugins while the agent runs.
  await files.write('plugins/late/rules/late.md', 'Late, but heard.');
  await until('the new plugin', () => lead.context().systemPrompt.includes('Late, but heard.'));
});

test('each call to a hosted platform names the organization and the origin', async () => {
  await using platform = await startFakePlatform();
  platform.organization = 'org-1';
  const lead = toolAdapter();
  const environment = { ...environmentOf(platform), MOLECULE_ORG_ID: 'org-1' };
  await using agent = await startTestRuntime({ adapter: lead.adapter, environment });
  await until('the registration', () => platform.of('/registry/heartbeat').length > 0);
  const client = await connect(agent.url);
  await send(client, calling('list_peers', {}));
  await send(client, calling('commit_memory', { content: 'The build is green.', scope: 'LOCAL' }));
  await send(client, calling('recall_memory', { query: 'build' }));
  await send(client, calling('request_approval', { action: 'deploy' }));
  await send(client, calling('send_message_to_user', { message: 'Done.' }));
  await until('the reports', () => platform.of(`/workspaces/${ID}/activity`).length >= 5);
  const paths = new Set(platform.calls.map(({ path }) => path.replace(ID, ':id')));
  for (const path of [
    '/registry/:id/peers',
    '/workspaces/:id/memories',
    '/workspaces/:id/approvals',
    '/workspaces/:id/notify',
  ]) {
    expect(paths).toContain(path);
  }
  expect(platform.calls.filter(({ status }) => status >= 400)).toEqual([]);
});

test('without the organization, a hosted platform knows nothing but the registration', async () => {
  await using platform = await startFakePlatform();
  platform.organization = 'org-1';
  await using _agent = await startTestRuntime({ adapter: toolAdapter().adapter, environment: environmentOf(platform) });
  await until('a refusal', () => platform.calls.some(({ status }) => status === 404));
  const refused = platform.calls.filter(({ status }) => status === 404).map(({ path }) => path);
  expect(refused).not.toContain('/registry/register');
});
