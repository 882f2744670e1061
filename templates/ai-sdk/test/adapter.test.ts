import { describeAdapterContract, startScriptedModel, testContext } from '@molecule/adapters/testing';
import { afterAll, expect, it } from 'vitest';
import { configSchema } from '../src/config.js';
import { adapter } from '../src/index.js';

// A model server on loopback that plays the script in the user's text: [[{step}, {step}]].
const model = await startScriptedModel({ strict: true });
afterAll(() => model.stop());

describeAdapterContract(adapter, {
  context: () =>
    testContext({
      config: configSchema.parse({ approval: [] }),
      model: 'openai:scripted',
      environment: { OPENAI_BASE_URL: `${model.url}/v1` },
    }),
  message: 'hello [[{"text":"Good morning."}]]',
  expect: 'Good morning.',
  marked: (mark) => `mark [[{"text":"It is ${mark}."}]]`,
  slow: { text: 'slow [[{"text":"one two three four five six seven eight nine ten eleven twelve","chunkMs":500}]]' },
  failing: { text: 'fail [[{"status":401}]]', code: 'auth' },
  inputRequired: {
    text: 'ask [[{"tool":"ask_person","input":{"question":"Which colour?"}},{"text":"You said $TOOL"}]]',
    answer: 'green',
    expect: 'You said green',
  },
  severalRequests: {
    text:
      'ask [[{"tools":[{"tool":"ask_person","input":{"question":"Which colour?"}},' +
      '{"tool":"ask_person","input":{"question":"How large?"}}]},{"text":"You said $TOOL"}]]',
    answers: ['green', 'two metres'],
    expect: 'You said two metres',
  },
  remembers: { first: 'one', second: 'count [[{"text":"messages: $TURNS"}]]', expect: 'messages: 2' },
  writes: {
    text: 'write [[{"tool":"save_note","input":{"name":"made","text":"x"}},{"text":"done"}]]',
    file: 'made.md',
  },
  artifact:
    'report [[{"tool":"give_document","input":{"title":"Report","markdown":"# All is well"}},{"text":"There it is."}]]',
  tools: 'time [[{"tool":"current_time","input":{}},{"text":"It is $TOOL"}]]',
  badConfig: { max_step: 5, prices: {} },
});

it('a model that has no provider is refused when the agent starts', async () => {
  await using context = await testContext({ config: configSchema.parse({}), model: 'acme:large' });
  await expect(async () => adapter.createEngine(context)).rejects.toThrow(
    'The model "acme:large" has no provider in src/model.ts, which has openai, anthropic, openrouter.',
  );
});
