import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { startTestRuntime } from '@molecule/runtime/testing';
import { expect, test } from 'vitest';
import { adapter } from '../src/index.js';
import { processesWith } from './support/processes.js';
import { requestBodies } from './support/requests.js';
import { script } from './support/turns.js';
import { makeWorkspace } from './support/workspace.js';

const CONFIG = `
name: Test
runtime: claude-code
tools: [commit_memory, recall_memory, send_file]
runtime_config:
  permissions: { allow: [mcp__molecule__*], ask: [mcp__molecule__commit_memory] }
`;

test('the runtime’s tools run for the turn of their context, and after an approval in another runtime', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  // Every request through the proxy fails.
  const environment = {
    PATH: process.env['PATH'],
    MOLECULE_STATE_DIR: workspace.stateDir,
    MOLECULE_WORK_DIR: workspace.workDir,
    ANTHROPIC_BASE_URL: model.url.replace('127.0.0.1', 'localhost'),
    ANTHROPIC_API_KEY: 'key',
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: 'localhost',
  };
  const options = { adapter, config: CONFIG, directory: workspace.configDir, environment };
  await writeFile(join(workspace.workDir, 'note.txt'), 'from the working directory');
  const skill = join(workspace.configDir, 'skills', 'tide-table');
  await mkdir(skill, { recursive: true });
  const description = 'Tells the tides.';
  await writeFile(
    join(skill, 'SKILL.md'),
    `---\nname: tide-table\ndescription: ${description}\n---\n\nLook at the moon.`,
  );
  const commit = { tool: 'mcp__molecule__commit_memory', input: { content: 'The door is red' } };
  const sendFile = { tool: 'mcp__molecule__send_file', input: { path: 'note.txt' } };
  const recall = { tool: 'mcp__molecule__recall_memory', input: {} };

  const asked = await (async () => {
    await using runtime = await startTestRuntime(options);
    // While a second turn runs, only the context shows to which turn a call belongs.
    const other = runtime.client.send(script({ hang: true }), { contextId: 'another context' });
    other.catch(() => undefined);
    await expect.poll(() => requestBodies(model).length, { timeout: 20_000 }).toBe(1);
    const sent = await runtime.client.send(script(sendFile, { text: 'so: $TOOL' }), { contextId: 'a context' });
    expect(sent).toMatchObject({ state: 'completed', files: { 'note.txt': 'from the working directory' } });
    expect(sent.text).toContain('"sent":true');
    // Claude Code, not the runtime, sends skills to the model: the descriptions first, the text when a skill is used.
    const body = JSON.stringify(requestBodies(model).at(-1));
    expect(body).toContain('- workspace:tide-table: Tells the tides.');
    expect(body).not.toContain('Look at the moon.');
    const programs = await processesWith('claude-agent-sdk-', workspace.root);
    expect(programs).toHaveLength(2);
    expect(programs.join()).not.toContain('Bearer');
    return await runtime.client.send(script(commit, { text: 'so: $TOOL' }), { contextId: 'a context' });
  })();
  expect(asked).toMatchObject({ state: 'input-required', text: expect.stringContaining('The door is red') });

  await using runtime = await startTestRuntime(options);
  const before = requestBodies(model).length;
  const allowed = await runtime.client.send('allow', { contextId: 'a context', taskId: asked.id });
  expect(allowed.text).toContain('"scope":"LOCAL"');
  // The waiting call itself has run: the model did not make it again.
  expect(requestBodies(model)).toHaveLength(before + 1);
  const recalled = await runtime.client.send(script(recall, { text: 'so: $TOOL' }), { contextId: 'a context' });
  expect(recalled.text).toContain('The door is red');
});
