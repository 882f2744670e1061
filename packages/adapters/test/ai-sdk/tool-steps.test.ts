import { expect, it } from 'vitest';
import { modelSteps, runtimeTools, toolSteps } from '../../src/ai-sdk/index.js';
import { EngineError, type StepEvent } from '../../src/index.js';
import { DurableSteps } from '../../src/steps/index.js';
import { TestJournal, TestStepStore } from '../../src/testing/steps/test-journal.js';

const PARAMS = { prompt: [{ content: 'hello' }] };

/** Attempts of one turn. */
function attempts() {
  const store = new TestStepStore();
  return () => {
    const events: StepEvent[] = [];
    const told = (more: readonly StepEvent[]) => void events.push(...more);
    const { signal } = new AbortController();
    return { events, steps: new DurableSteps(new TestJournal(store, 'turn', { signal, told })) };
  };
}

it('the last result of a tool with several is recorded', async () => {
  const attempt = attempts();
  let runs = 0;
  const look = {
    async *execute({ word }: { word: string }, _: { toolCallId: string }) {
      runs++;
      yield `looking for ${word}`;
      yield `found ${word}`;
    },
  };
  const run = () => toolSteps(attempt().steps, { look }).look.execute({ word: 'it' }, { toolCallId: 'c' });
  expect(await run()).toBe('found it');
  expect(await run()).toBe('found it');
  expect(runs).toBe(1);
});

it('a call whose id is longer than that of a step may be is found again, and told with its own id', async () => {
  const attempt = attempts();
  const toolCallId = 'c'.repeat(2000);
  let runs = 0;
  const look = { execute: async (_: object, options: { toolCallId: string }) => [++runs, options.toolCallId] };
  const first = attempt();
  expect(await toolSteps(first.steps, { look }).look.execute({}, { toolCallId })).toEqual([1, toolCallId]);
  expect(await toolSteps(attempt().steps, { look }).look.execute({}, { toolCallId })).toEqual([1, toolCallId]);
  expect(first.events).toMatchObject([
    { type: 'tool-call', id: toolCallId },
    { type: 'tool-result', id: toolCallId },
  ]);
});

it.each(['own', 'runtime'])(
  'what the model would say to a failure of its %s tool that passes by itself is not recorded',
  async (kind) => {
    const attempt = attempts();
    let runs = 0;
    const work = async () => {
      if (++runs === 1) throw new EngineError('rate-limit', 'Wait.', { retryAfterMs: 7 });
      return 'found';
    };
    const look = ({ step }: DurableSteps) => {
      if (kind === 'own')
        return toolSteps({ step }, { look: { execute: work } }).look.execute as (
          ...given: unknown[]
        ) => Promise<unknown>;
      const execute = () => step('tool look', { id: 'c' }, work);
      const tools = [{ name: 'look', description: '', inputSchema: {}, execute }];
      return runtimeTools({ tools, step }, (schema) => schema)['look']?.execute as (
        ...given: unknown[]
      ) => Promise<unknown>;
    };
    let calls = 0;
    const finishReason = { unified: 'stop', raw: 'stop' };
    const doGenerate = async () => {
      calls++;
      return { content: [{ type: 'text', text: 'Done.' }], usage: { inputTokens: {}, outputTokens: {} }, finishReason };
    };
    const doStream = () => Promise.reject(new Error('It was called.'));

    const first = attempt().steps;
    await expect(look(first)({}, { toolCallId: 'c' })).rejects.toMatchObject({ code: 'rate-limit' });
    const failure = { code: 'rate-limit', retryable: true, retryAfterMs: 7 };
    await expect(modelSteps(first).wrapGenerate({ doGenerate, params: PARAMS })).rejects.toMatchObject(failure);
    await expect(modelSteps(first).wrapStream({ doStream, params: PARAMS })).rejects.toMatchObject(failure);
    expect(calls).toBe(0);

    const second = attempt().steps;
    expect(await look(second)({}, { toolCallId: 'c' })).toBe('found');
    await modelSteps(second).wrapGenerate({ doGenerate, params: PARAMS });
    expect([runs, calls]).toEqual([2, 1]);
  },
);

it('the model reads a failure of a tool that is recorded', async () => {
  const { steps } = attempts()();
  const execute = (_: object, __: { toolCallId: string }) => Promise.reject(new Error('There is none.'));
  await expect(toolSteps(steps, { look: { execute } }).look.execute({}, { toolCallId: 'c' })).rejects.toThrow(
    'There is none.',
  );
  const stream = ReadableStream.from([
    { type: 'text-delta', id: '1', delta: 'There is none.' },
    { type: 'finish', usage: { inputTokens: {}, outputTokens: {} }, finishReason: { unified: 'stop', raw: 'stop' } },
  ]);
  await modelSteps(steps).wrapStream({ doStream: async () => ({ stream }), params: PARAMS });
});
