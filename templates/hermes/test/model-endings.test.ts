import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEngine } from '@molecule/adapters';
import {
  endingMessage,
  endingProblem,
  type ModelFormat,
  modelEndings,
  type ScriptedModel,
  startScriptedModel,
} from '@molecule/adapters/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { message, play } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

const tools = {
  look: { tool: 'terminal', input: { command: 'expr 6 \\* 7' } },
  act: { tool: 'terminal', input: { command: 'echo acted >> acted.txt' } },
};

describe.each<ModelFormat>(['openai', 'anthropic'])('%s', (format) => {
  let workspace: TestWorkspace;
  let model: ScriptedModel;
  let engine: AgentEngine & AsyncDisposable;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    model = await startScriptedModel();
    const anthropic = {
      model: 'anthropic:scripted',
      endpoint: false,
      environment: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'test' },
    };
    engine = await openEngine(workspace, model, format === 'openai' ? {} : anthropic);
  });

  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
    await model?.stop();
    await workspace?.[Symbol.asyncDispose]();
  });

  test.each(modelEndings(format).map((ending) => ({ ending, name: `${ending.group}: ${ending.name}` })))(
    '$name',
    async ({ ending }) => {
      const acted = join(workspace.workDir, 'acted.txt');
      await rm(acted, { force: true });
      const played = await play(engine, message(endingMessage(ending, tools, format)));
      expect(endingProblem(ending, { ...played, error: played.error })).toBeUndefined();
      if (ending.mustNotAct) expect(await readFile(acted, 'utf8').catch(() => '')).toBe('');
    },
  );
});
