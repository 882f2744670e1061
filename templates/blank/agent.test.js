import { describeAdapterContract, testContext } from '@molecule/adapters/testing';
import { adapter } from './agent.js';

// The rules for every agent: it streams, stops when its turn is aborted, and never returns the text of an earlier turn.
describeAdapterContract(adapter, {
  context: () => testContext({ config: undefined }),
  message: 'hello there',
  expect: 'hello there',
  slow: { text: 'word '.repeat(60).trim() },
  marked: (mark) => `say ${mark}`,
});
