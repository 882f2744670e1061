import { expect, test } from 'vitest';
import { startFakePlatform } from '../support/fake-platform.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { toolAdapter } from '../team/delegation/tool-adapter.js';
import { skillFile, workspaceFiles } from './workspace-files.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const PARENT = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a0f';
const card = (description: string, ...skills: readonly string[]) => ({
  description,
  skills: skills.map((name) => ({ id: name, name, description: `Does ${name}.` })),
});

/** Everything that a prompt can have, from where it really comes: files, the configuration, and a platform over HTTP. */
test('the prompt of a workspace with every section', async () => {
  await using platform = await startFakePlatform();
  platform.instructions = 'Answer in English.';
  platform.sharedContext = [
    { path: 'goals.md', content: '# Goals\n\nShip it.' },
    { path: 'empty.md', content: ' ' },
  ];
  platform.peers = [
    { id: PARENT, name: 'Lead', url: 'http://lead.example', parent_id: null, agent_card: card('Leads.') },
    {
      id: `${ID.slice(0, -1)}1`,
      name: 'Writer',
      url: null,
      parent_id: ID,
      agent_card: card('Writes.', 'prose', 'verse'),
    },
    { id: `${ID.slice(0, -1)}2`, name: 'New', url: null, parent_id: ID },
  ];
  await using files = await workspaceFiles({
    'persona.md': 'You are Max.\n',
    'house.md': 'Be short.\n',
    'MEMORY.md': 'The build is green.',
    'USER.md': 'Ada prefers tables.',
    'rules/no-secrets.md': 'Tell no secrets.',
    'rules/ignored.txt': 'Not Markdown.',
    'guidelines/tone.md': 'Be kind.',
    'skills/sum/SKILL.md': skillFile('sum', 'Adds numbers'),
  });
  const lead = toolAdapter();
  await using _runtime = await startTestRuntime({
    adapter: lead.adapter,
    directory: files.path,
    config:
      'name: Max\nruntime: play\nprompt_files: [persona.md, house.md]\nsub_workspaces: [{ name: local, url: "http://127.0.0.1:9", role: Tests, skills: [testing] }]\n',
    environment: { PLATFORM_URL: platform.url, WORKSPACE_ID: ID, PARENT_ID: PARENT },
  });
  await until('the platform to be heard', () => lead.context().systemPrompt.includes('Answer in English.'));
  await expect(lead.context().systemPrompt.replaceAll(files.path, '<dir>')).toMatchFileSnapshot('whole-prompt.txt');
});
