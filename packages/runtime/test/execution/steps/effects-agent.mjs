// An agent of ten steps, each with an effect outside, which the test counts. A message is `<name>` or `<name> parallel` or `<name> asks`.
import { defineAgent } from '@molecule/adapters';

const STEPS = 10;

export const adapter = defineAgent({
  name: 'effects',
  async *run(turn, { step, ask, sleep, context }) {
    const [name, how] = turn.text.split(' ');
    const outside = async (path, key = '') => {
      const { OUTSIDE, REPLICA } = context.environment;
      const response = await fetch(`${OUTSIDE}/${path}`, { headers: { 'idempotency-key': key, replica: REPLICA } });
      if (!response.ok) throw new Error(`the outside answers ${response.status}`);
      return response.text();
    };
    const effect = async (number) => {
      const value = await step(`effect ${number}`, ({ key }) => outside(`effect/${name}/${number}`, key));
      await outside(`after/${name}/${number}`);
      return value;
    };
    // Until the test knows the task.
    await outside(`begin/${name}`);
    if (how === 'parallel') {
      const branch = (first) =>
        step(`branch ${first}`, async () => [await effect(first), await effect(first + 1)].join(' '));
      yield (await Promise.all([branch(1), branch(3), branch(5), branch(7)])).join(' ');
      return;
    }
    for (let number = 1; number <= STEPS; number++) {
      yield `${await effect(number)} `;
      if (how === 'asks' && number % 4 === 0) yield `${(await ask({ prompt: `After ${number}?` })).text} `;
      if (how === 'asks' && number === 5) await sleep(3_600_000);
    }
  },
});
