import { describeAdapterContract, testContext } from '@molecule/adapters/testing';
import { adapter } from './agent.js';

// The rules that every agent keeps: it streams, stops when it is told to, and never answers with an earlier turn's text.
describeAdapterContract(adapter, {
  context: () => testContext({ config: undefined }),
  message: 'hello there',
  expect: 'hello there',
  slow: { text: 'word '.repeat(60).trim() },
  marked: (mark) => `say ${mark}`,
});
