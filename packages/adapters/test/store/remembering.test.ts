import { type AdapterContext, defineAdapter } from '../../src/index.js';
import { describeAdapterContract, testContext } from '../../src/testing/index.js';
import rememberingEngine from './remembering-engine.js';

/** An engine that keeps everything in the engine store passes the suite, which gives it one. */
const adapter = defineAdapter({
  name: 'remembering',
  displayName: 'Remembering',
  description: 'Keeps everything in the engine store.',
  createEngine: ({ store }: AdapterContext) => ({
    ...rememberingEngine(),
    // Nothing is outside of the store, whose rows the runtime deletes.
    forget: async () => {},
    async transcript({ contextId, since, limit }) {
      const page = await store?.of(contextId).list('said', { after: since, limit });
      const entries = (page?.entries ?? []).map(({ value }) => {
        const [role, text] = value as [string, string];
        return { role, text };
      });
      return { entries, next: page?.next ?? since, more: page?.more ?? false };
    },
  }),
});

describeAdapterContract(adapter, {
  context: () => testContext({ config: undefined }),
  message: 'hello',
  expect: 'hello',
  marked: (mark) => mark,
  remembers: { first: 'the cat is Tom', second: 'and?', expect: 'Tom' },
});
