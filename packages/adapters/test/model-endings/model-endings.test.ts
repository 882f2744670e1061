import { describe, expect, test } from 'vitest';
import { EngineError, type TurnEvent } from '../../src/index.js';
import {
  type EndingTools,
  endingMessage,
  endingProblem,
  MODEL_ENDINGS,
  type ModelEnding,
  type ModelFormat,
  modelEndings,
} from '../../src/testing/index.js';
import { findScript } from '../../src/testing/scripted-model/script.js';

const tools: EndingTools = {
  look: { tool: 'look', input: { at: 'here' } },
  act: { tool: 'act', input: { with: 'a long enough text' } },
};

const FORMATS: [ModelFormat][] = [['openai'], ['anthropic']];

describe.each(FORMATS)('the rows of %s', (format) => {
  test('are more than forty, with different names', () => {
    const names = modelEndings(format).map(({ group, name }) => `${group}: ${name}`);
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(modelEndings(format).map((row) => [row.name, row] as const))('%s can be played', (_name, row) => {
    expect(findScript(endingMessage(row, tools, format))).toEqual(JSON.parse(JSON.stringify(row.steps(tools, format))));
  });
});

const row: ModelEnding = {
  name: 'a row',
  group: 'stop',
  formats: ['openai'],
  steps: () => [{}],
  outcomes: [
    { finish: 'length', text: 'Half' },
    { error: 'unavailable', retryable: true },
  ],
  usage: { inputTokens: 2, outputTokens: 1 },
};

describe('the faults of a turn', () => {
  test.each<[string, readonly TurnEvent[], unknown, RegExp | undefined]>([
    ['the right end', [{ type: 'finish', reason: 'length', text: 'Half' }], undefined, undefined],
    ['the right error', [], new EngineError('unavailable', 'x'), undefined],
    ['another reason', [{ type: 'finish', text: 'Half' }], undefined, /wanted finish length/],
    ['another text', [{ type: 'finish', reason: 'length', text: '' }], undefined, /wanted finish length/],
    ['another code', [], new EngineError('internal', 'x'), /found internal \(final\)/],
    ['a final error', [], new EngineError('unavailable', 'x', { retryable: false }), /found unavailable \(final\)/],
    ['a throw of something else', [], new Error('x'), /found a throw/],
    [
      'half a character',
      [
        { type: 'text-delta', text: '\ud83d' },
        { type: 'finish', reason: 'length', text: 'Half' },
      ],
      undefined,
      /half a character/,
    ],
    [
      'other tokens',
      [
        { type: 'usage', inputTokens: 3, outputTokens: 1 },
        { type: 'finish', reason: 'length', text: 'Half' },
      ],
      undefined,
      /wanted 2 inputTokens; found 3/,
    ],
    [
      'one id for two calls',
      [
        { type: 'tool-call', id: 'a', name: 'x', input: {} },
        { type: 'tool-call', id: 'a', name: 'x', input: {} },
        { type: 'finish', reason: 'length', text: 'Half' },
      ],
      undefined,
      /two tool calls have the id a/,
    ],
  ])('%s', (_name, events, error, problem) => {
    const found = endingProblem(row, error === undefined ? { events } : { events, error });
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });

  test('every row names at least one outcome', () => {
    expect(MODEL_ENDINGS.filter(({ outcomes }) => outcomes.length === 0)).toEqual([]);
  });
});
