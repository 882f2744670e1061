import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { type AgentControls, defineAgent, EngineError } from '@molecule/adapters';
import { modelSteps, toolSteps } from '@molecule/adapters/ai-sdk';
import { continueTurn, messageTurn, startScriptedModel, testContext, Workbench } from '@molecule/adapters/testing';
import { generateText, isStepCount, streamText, tool, wrapLanguageModel } from 'ai';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { only, script } from './support/bench.js';

it('tools that ask models of their own, beside each other, repeat none of their calls', async () => {
  await using model = await startScriptedModel();
  const provider = createOpenAICompatible({ name: 'model', apiKey: 'scripted', baseURL: `${model.url}/v1` });
  let attempts = 0;

  const adapter = defineAgent({
    name: 'nested',
    async *run(turn, controls: AgentControls) {
      attempts++;
      const recorded = (tellsText: boolean) =>
        wrapLanguageModel({ model: provider('scripted'), middleware: modelSteps(controls, { tellsText }) });
      const research = tool({
        inputSchema: z.object({ word: z.string() }),
        execute: async ({ word }) => {
          const asked = (text: string) => ({ model: recorded(false), prompt: script({ text }), maxRetries: 0 });
          const { text } = await generateText(asked(`found ${word}`));
          return `${text}, ${await streamText(asked(`wrote ${word}`)).text}`;
        },
      });
      const tools = toolSteps(controls, { research });
      const stopWhen = isStepCount(5);
      const result = streamText({ model: recorded(true), prompt: turn.text, tools, stopWhen, maxRetries: 0 });
      for await (const part of result.stream) if (part.type === 'error') throw part.error;
      if (attempts === 1) throw new EngineError('engine-died', 'It dies once.');
      const results = (await result.steps).flatMap(({ toolResults }) =>
        toolResults.map(({ output }) => String(output)),
      );
      yield { type: 'data', data: results };
      yield { type: 'finish' };
    },
  });

  await using bench = await Workbench.open(adapter, { context: () => testContext({ config: undefined }), message: '' });
  const calls = ['a', 'b', 'c'].map((word) => ({ tool: 'research', input: { word } }));
  const turn = messageTurn(script({ tools: calls }, { text: 'Done.' }));
  const first = await bench.run(turn);
  expect(first.error).toMatchObject({ code: 'engine-died' });
  expect(model.requests).toHaveLength(8);

  const { events } = await bench.runWell(continueTurn(turn));
  expect(model.requests).toHaveLength(8);
  expect(only(events, 'data').map(({ data }) => data)).toEqual([
    ['found a, wrote a', 'found b, wrote b', 'found c, wrote c'],
  ]);
  // What is for the tool only is no part of the answer.
  const said = [...first.events, ...events].flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
  expect(said).toEqual(['Done.', 'Done.']);
});
