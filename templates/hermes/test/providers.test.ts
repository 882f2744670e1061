import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { finalText, message, play, script } from './support/turns.js';
import { makeWorkspace, openEngine } from './support/workspace.js';

test.each([
  ['openai:scripted', { OPENAI_API_KEY: 'key-of-openai' }, 'OPENAI_BASE_URL', '/v1', '/v1/chat/completions'],
  ['anthropic:scripted', { ANTHROPIC_API_KEY: 'key-of-anthropic' }, 'ANTHROPIC_BASE_URL', '', '/v1/messages'],
])('%s is called at its own address with its own key', async (name, keys, baseUrl, suffix, path) => {
  await using workspace = await makeWorkspace();
  await using model = await startScriptedModel();
  const environment = { ...keys, [baseUrl]: `${model.url}${suffix}` };
  await using engine = await openEngine(workspace, model, { model: name, environment, endpoint: false });
  const played = await play(
    engine,
    message(script({ tool: 'terminal', input: { command: 'echo hi' } }, { text: 'it said $TOOL' })),
  );
  expect(finalText(played)).toContain('hi');
  const request = model.requests.findLast(({ method }) => method === 'POST');
  expect(request?.path).toBe(path);
  expect(JSON.stringify(request?.headers)).toContain(Object.values(keys)[0]);
});
