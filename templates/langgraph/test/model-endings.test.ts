import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TurnEvent } from '@molecule/adapters';
import {
  type EndingTools,
  endingMessage,
  endingProblem,
  type ModelFormat,
  modelEndings,
  type ScriptedModel,
  startScriptedModel,
  testControls,
} from '@molecule/adapters/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LangGraphEngine } from '../src/engine.js';
import { messageTurn } from './support/turns.js';
import { makeContext, makeEngine, makeWorkspace, storeIn, type TestWorkspace } from './support/workspace.js';

const TOOLS: EndingTools = {
  look: { tool: 'calculate', input: { expression: '6 * 7' } },
  act: { tool: 'write_file', input: { path: 'report.md', content: 'all lines of the report' } },
};

describe.each<[ModelFormat]>([['openai'], ['anthropic']])('the %s format', (format) => {
  let model: ScriptedModel;
  let workspace: TestWorkspace;
  let engine: LangGraphEngine;

  beforeAll(async () => {
    model = await startScriptedModel({ strict: true });
    workspace = await makeWorkspace();
    const options = { model: `${format}:scripted`, config: { tools: { approval: [] } } };
    engine = makeEngine(makeContext(workspace.directory, model.url, options), storeIn(workspace.directory));
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
    await model.stop();
  });

  it.each(modelEndings(format).map((ending) => [`${ending.group}: ${ending.name}`, ending] as const))(
    '%s, and the conversation can continue',
    async (contextId, ending) => {
      const turn = await observe(messageTurn(contextId, endingMessage(ending, TOOLS, format)));
      expect(endingProblem(ending, turn)).toBeUndefined();
      if (ending.mustNotAct) expect(existsSync(join(workspace.directory, 'report.md'))).toBe(false);

      const next = await observe(messageTurn(contextId, 'and now? [[{"text":"Here I am."}]]'));
      expect(next.error).toBeUndefined();
      expect(next.events.at(-1)).toEqual({ type: 'finish', text: 'Here I am.' });
      expect(model.requests.flatMap(({ refused }) => refused ?? [])).toEqual([]);
    },
  );

  async function observe(turn: ReturnType<typeof messageTurn>) {
    const events: TurnEvent[] = [];
    const { signal } = new AbortController();
    try {
      for await (const event of engine.runTurn(turn, testControls({ signal }))) events.push(event);
    } catch (error) {
      return { events, error };
    }
    return { events };
  }
});
