import { expect, test } from 'vitest';
import { answerOf, continueTurn, describeAdapterContract, messageTurn, Workbench } from '../../src/testing/index.js';
import { CountingEngine } from './counting-engine.js';
import { echoSubject } from './echo-adapter.js';

const { adapter, fixtures } = echoSubject(CountingEngine);
const counting = { ...fixtures, slow: { ...fixtures.slow, text: 'count' } };

/** An engine that continues from its checkpoint without a reset breaks no rule. */
describeAdapterContract(adapter, counting);

test('its text after a checkpoint continues the text before it', async () => {
  await using bench = await Workbench.open(adapter, counting);
  const turn = messageTurn('count');
  const before: string[] = [];
  for await (const event of bench.start(turn, new AbortController().signal)) {
    if (event.type === 'text-delta') before.push(event.text);
    // The checkpoint is saved when the next event is requested, as in a process that ends then.
    if (before.length === 3) break;
  }
  await bench.restart();
  const after = answerOf(await bench.runWell(continueTurn(turn)));
  const whole = Array.from({ length: 120 }, (_, word) => `${word} `).join('');
  expect(before.slice(0, 2).join('') + after).toBe(whole);
});
