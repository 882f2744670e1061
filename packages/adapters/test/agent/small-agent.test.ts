import { describeAdapterContract, testContext } from '../../src/testing/index.js';
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
  data: 'give',
  artifact: 'give',
  status: 'give',
  badConfig: 'bad',
});
