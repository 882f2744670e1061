import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { startTestRuntime } from '@molecule/runtime/testing';
import { expect, it } from 'vitest';
import { adapter } from '../src/index.js';
import { script } from './support/turns.js';
import { makeWorkspace } from './support/workspace.js';

it('runs the tools of a real runtime for the turn that calls them, and includes its skills in the prompt', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const skill = join(workspace.directory, 'skills', 'tide-table');
  await mkdir(skill, { recursive: true });
  const description = 'Tells the tides.';
  await writeFile(
    join(skill, 'SKILL.md'),
    `---\nname: tide-table\ndescription: ${description}\n---\n\nLook at the moon.`,
  );
  const config =
    'name: Test\nruntime: langgraph\nmodel: openai:scripted\ntools: [send_file, commit_memory, recall_memory]';
  await using runtime = await startTestRuntime({ adapter, model, config, directory: workspace.directory });
  await writeFile(join(runtime.info.stateDir, 'work', 'note.txt'), 'from the working directory');
  const commit = { tool: 'commit_memory', input: { content: 'The door is red' } };
  const sendFile = { tool: 'send_file', input: { path: 'note.txt' } };
  const sent = await runtime.client.send(script(commit, sendFile, { text: 'so: $TOOL' }), { contextId: 'a context' });
  expect(sent).toMatchObject({ state: 'completed', files: { 'note.txt': 'from the working directory' } });
  expect(sent.text).toContain('"sent":true');
  const recall = script({ tool: 'recall_memory', input: {} }, { text: 'so: $TOOL' });
  const recalled = await runtime.client.send(recall, { contextId: 'another context' });
  expect(recalled.text).toContain('The door is red');
  expect(JSON.stringify(model.requests[0]?.body)).toMatch(/Tells the tides\..*Look at the moon\./);
});
