import { expect, test } from 'vitest';
import { answerOf, continueTurn, describeAdapterContract, messageTurn, Workbench } from '../../src/testing/index.js';
import { CountingEngine } from './counting-engine.js';
import { echoSubject } from './echo-adapter.js';

const { adapter, fixtures } = echoSubject(CountingEngine);
const counting = { ...fixtures, slow: { ...fixtures.slow, text: 'count' } };

/** An engine that goes on from its checkpoint without a reset keeps to every rule. */
describeAdapterContract(adapter, counting);

test('what it says after its checkpoint follows on what it said before', async () => {
  await using bench = await Workbench.open(adapter, counting);
  const turn = messageTurn('count');
  const before: string[] = [];
  for await (const event of bench.start(turn, new AbortController().signal)) {
    if (event.type === 'text-delta') before.push(event.text);
    // The state is saved when the engine is asked for more, as by a process that dies then.
    if (before.length === 3) break;
  }
  await bench.restart();
  const after = answerOf(await bench.runWell(continueTurn(turn)));
  const whole = Array.from({ length: 120 }, (_, word) => `${word} `).join('');
  expect(before.slice(0, 2).join('') + after).toBe(whole);
});
