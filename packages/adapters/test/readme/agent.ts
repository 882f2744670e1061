import { defineAgent } from '../../src/index.js';

export const agent = defineAgent({
  name: 'orders',
  description: 'Orders what it is asked for.',
  async *run(turn, { step, ask, signal }) {
    const price = await step('price', async () => turn.text.length * 10);
    yield `It costs ${price}. `;
    const { approved } = await ask({ request: 'approval', prompt: `Order "${turn.text}" for ${price}?` });
    if (!approved) return 'Nothing was ordered.';
    const order = await step('order', async ({ key }) => orderOnce(turn.text, key, signal));
    return `Ordered as ${order}.`;
  },
});

/** Your shop's API: it takes the key as an idempotency key. */
async function orderOnce(_what: string, key: string, _signal: AbortSignal): Promise<string> {
  return `number ${key.slice(0, 4)}`;
}
