import { describeAdapterContract, testContext } from '../../src/testing/index.js';
import { adapter } from './echo-adapter.js';

describeAdapterContract(adapter, {
  context: () => testContext({ config: undefined }),
  message: 'hello there',
  expect: 'hello there',
  marked: (mark) => `say ${mark}`,
});
