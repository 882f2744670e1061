import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/index.js';
import { CONTRACT_RULES, testContext } from '../../src/testing/index.js';
import { LIVING } from './cases/living.js';
import { TELLING } from './cases/telling.js';
import type { Subject } from './echo-adapter.js';

const CASES = [...TELLING, ...LIVING].map(([rule, title, { adapter, fixtures }, says, others]) => ({
  rule,
  title,
  adapter,
  fixtures: { ...fixtures, ...others } as Subject['fixtures'],
  says,
}));

function ruleNamed(name: string) {
  const rule = CONTRACT_RULES.find((candidate) => candidate.name === name);
  if (rule === undefined) throw new Error(`no rule is named ${JSON.stringify(name)}`);
  return rule;
}

describe('the contract suite finds', () => {
  test.concurrent.each(CASES)('$rule: $title', { timeout: 30_000 }, async ({ rule, adapter, fixtures, says }) => {
    await expect(ruleNamed(rule).check(adapter, fixtures)).rejects.toThrow(says);
  });

  test('an adapter that breaks it, for every rule', () => {
    const covered = new Set(CASES.map(({ rule }) => rule));
    expect(CONTRACT_RULES.map((rule) => rule.name).filter((name) => !covered.has(name))).toEqual([]);
  });
});

describe('testContext', () => {
  test('creates separate directories, has defaults for other fields, and removes the directories', async () => {
    const context = await testContext({ config: { loud: true }, systemPrompt: 'Be kind.', workspace: { id: 'w' } });
    expect(context).toMatchObject({ config: { loud: true }, systemPrompt: 'Be kind.', tools: [], environment: {} });
    expect(context.logger).toBe(silentLogger);
    const { id, ...directories } = context.workspace;
    expect(id).toBe('w');
    expect(Object.values(directories).map((directory) => existsSync(directory))).toEqual([true, true, true]);
    await context[Symbol.asyncDispose]();
    expect(Object.values(directories).map((directory) => existsSync(directory))).toEqual([false, false, false]);
  });
});
