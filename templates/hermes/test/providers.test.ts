import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { finalText, message, play, script } from './support/turns.js';
import { makeWorkspace, openEngine } from './support/workspace.js';

test("an Anthropic model is called at Anthropic's address, with Anthropic's protocol and key", async () => {
  await using workspace = await makeWorkspace();
  await using model = await startScriptedModel();
  const environment = { ANTHROPIC_API_KEY: 'key-of-anthropic', ANTHROPIC_BASE_URL: model.url };
  await using engine = await openEngine(workspace, model, {
    model: 'anthropic:scripted',
    environment,
    endpoint: false,
  });
  const played = await play(
    engine,
    message(script({ tool: 'terminal', input: { command: 'echo hi' } }, { text: 'it said $TOOL' })),
  );
  expect(finalText(played)).toContain('hi');
  const request = model.requests.findLast(({ method }) => method === 'POST');
  expect(request?.path).toBe('/v1/messages');
  expect(JSON.stringify(request?.headers)).toContain('key-of-anthropic');
});
