import { expect, it } from 'vitest';
import { defineAgent } from '../../src/agent/define-agent.js';
import type { InputRequiredEvent } from '../../src/index.js';
import {
  answerOf,
  answerTurn,
  CONTRACT_RULES,
  describeAdapterContract,
  messageTurn,
  testContext,
  testControls,
  Workbench,
} from '../../src/testing/index.js';
import { adapter } from './small-agent.js';

describeAdapterContract(adapter, {
  context: () => testContext({ config: undefined }),
  message: 'hello there',
  expect: 'You said: hello there',
  marked: (mark) => `say ${mark}`,
  slow: { text: `slow ${'word '.repeat(60).trim()}` },
  failing: { text: 'fail', code: 'overloaded' },
  inputRequired: { text: 'ask', answer: 'blue', expect: 'The colour is blue.' },
  severalRequests: { text: 'both', answers: ['a', 'b'], expect: 'a and b' },
  rejected: { text: 'refuse', expect: 'not my work' },
  authRequired: { text: 'sign', answer: 'done', expect: 'You said: done' },
  remembers: { first: 'one', second: 'repeat', expect: 'user: one, agent: You said: one' },
  data: 'give',
  artifact: 'give',
  status: 'give',
  badConfig: 'bad',
});

const SLOWLY = `slowly ${'word '.repeat(60).trim()}`;

const STOPPING = CONTRACT_RULES.filter(({ needs }) => needs.join() === 'slow');

it.for(STOPPING)('an agent that speaks in a step $name', (rule) =>
  rule.check(adapter, {
    context: () => testContext({ config: undefined }),
    message: 'hello there',
    slow: { text: SLOWLY },
  }),
);

it('a conversation that was read is the same in a later attempt', async () => {
  const fixtures = { context: () => testContext({ config: undefined }), message: 'hello there' };
  await using bench = await Workbench.open(adapter, fixtures);
  let reads = 0;
  const conversation = async () => [{ role: 'user', text: `read ${++reads}`, taskId: 'before' } as const];
  const turn = messageTurn('recall', { conversation });
  const asked = await bench.runWell(turn);
  const question = asked.events.find(({ type }) => type === 'input-required') as InputRequiredEvent;
  expect(answerOf(await bench.runWell(answerTurn(turn, question, 'Yes')))).toBe('read 1');
});

it('the controls of a test have what was emitted', async () => {
  await using context = await testContext({ config: undefined });
  const engine = await adapter.createEngine(context);
  const controls = testControls();
  const events = [];
  for await (const event of engine.runTurn(messageTurn('give'), controls)) events.push(event);
  expect(events).toEqual([{ type: 'text-delta', text: 'given' }, { type: 'finish' }]);
  expect(controls.emitted.map(({ type }) => type)).toEqual(['status', 'data', 'artifact']);
});

it('an agent that cannot run is refused when it starts', async () => {
  await using context = await testContext({ config: undefined });
  const refusing = defineAgent({
    name: 'refusing',
    start: ({ model }) => Promise.reject(new Error(`There is no model "${model}".`)),
    run: () => 'never',
  });
  await expect(async () => refusing.createEngine(context)).rejects.toThrow(`There is no model "${context.model}".`);
});
