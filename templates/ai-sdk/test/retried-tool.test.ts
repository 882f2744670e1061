import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { type AgentControls, defineAgent, EngineError } from '@molecule/adapters';
import { modelError, modelSteps, toolSteps } from '@molecule/adapters/ai-sdk';
import {
  answerOf,
  continueTurn,
  messageTurn,
  startScriptedModel,
  testContext,
  Workbench,
} from '@molecule/adapters/testing';
import { isStepCount, streamText, tool, wrapLanguageModel } from 'ai';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { script } from './support/bench.js';

it('the turn fails with the failure of a tool that passes by itself, and the next attempt runs the tool again', async () => {
  await using model = await startScriptedModel();
  const provider = createOpenAICompatible({ name: 'model', apiKey: 'scripted', baseURL: `${model.url}/v1` });
  let runs = 0;
  const look = tool({
    inputSchema: z.object({}),
    execute: () => {
      if (++runs === 1) throw new EngineError('rate-limit', 'Wait.');
      return `run ${runs}`;
    },
  });
  const adapter = defineAgent({
    name: 'retried',
    async *run(turn, controls: AgentControls) {
      const result = streamText({
        model: wrapLanguageModel({ model: provider('scripted'), middleware: modelSteps(controls) }),
        prompt: turn.text,
        tools: toolSteps(controls, { look }),
        stopWhen: isStepCount(5),
        maxRetries: 0,
        onError: () => {},
      });
      for await (const part of result.stream) if (part.type === 'error') throw modelError(part.error);
      yield { type: 'finish' };
    },
  });

  await using bench = await Workbench.open(adapter, { context: () => testContext({ config: undefined }), message: '' });
  const turn = messageTurn(script({ tool: 'look', input: {} }, { text: 'It says $TOOL' }));
  expect((await bench.run(turn)).error).toMatchObject({ code: 'rate-limit', retryable: true });
  expect(model.requests).toHaveLength(1);
  expect(answerOf(await bench.runWell(continueTurn(turn)))).toBe('It says run 2');
  expect([runs, model.requests.length]).toEqual([2, 2]);
});
