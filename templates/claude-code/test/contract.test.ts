import { describeAdapterContract, startScriptedModel, testContext } from '@molecule/adapters/testing';
import { afterAll } from 'vitest';
import { configSchema } from '../src/config.js';
import { adapter } from '../src/index.js';
import { processesWith } from './support/processes.js';
import { script } from './support/turns.js';

const model = await startScriptedModel();
afterAll(() => model.stop());

/** A number of seconds that no other process sleeps. A continued turn sleeps for the same time again. */
const NAP = '5.147';

const QUESTIONS = ['Which colour?', 'Which size?'].map((question) => ({
  question,
  header: 'Of it',
  multiSelect: false,
  options: ['red', 'large'].map((label) => ({ label, description: `like ${label}` })),
}));

describeAdapterContract(adapter, {
  context: () =>
    testContext({
      config: configSchema.parse({
        permissions: { allow: ['Bash(sleep *)', 'Bash(echo *)', 'Bash(touch *)'] },
        max_retries: 0,
      }),
      model: 'anthropic:claude-sonnet-4-5',
      modelEndpoint: model.endpoint,
      environment: { PATH: process.env['PATH'] },
    }),
  message: script({ text: 'Paris, of course.' }),
  expect: 'Paris, of course.',
  marked: (mark) => script({ text: `here is ${mark}`, chunkMs: 20 }),
  slow: {
    text: script({ text: 'Wait.', tool: 'Bash', input: { command: `sleep ${NAP}` } }, { text: 'done' }),
    leftovers: () => processesWith(`sleep ${NAP}`),
  },
  failing: { text: script({ status: 400, errorText: 'no' }), code: 'invalid-request' },
  inputRequired: {
    text: script({ tool: 'Write', input: { file_path: 'made.txt', content: 'x' } }, { text: 'after: $TOOL' }),
    answer: 'allow',
    expect: /after: .*made\.txt/,
  },
  severalRequests: {
    text: script({ tool: 'AskUserQuestion', input: { questions: QUESTIONS } }, { text: 'so: $TOOL' }),
    answers: ['red', 'huge'],
    expect: /"Which colour\?"="red".*"Which size\?"="huge"/,
  },
  remembers: {
    first: script({ text: 'noted' }),
    second: script({ text: 'people have spoken $TURNS times' }),
    expect: 'spoken 2 times',
  },
  writes: { text: script({ tool: 'Bash', input: { command: 'touch made.txt' } }, { text: 'done' }), file: 'made.txt' },
  tools: script({ tool: 'Bash', input: { command: 'echo hi' } }, { text: 'said $TOOL' }),
  badConfig: { effort: 'enormous', permissions: { allow: ['Read(('] } },
  leftovers: () => processesWith('claude-agent-sdk-', 'adapter-test-'),
});
