import { expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { continueTurn, messageTurn, only, run, script } from './support/turns.js';

const bench = useBench();

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const give = (input: Record<string, string>) => ({ tool: 'give_data', input });

it('the result of a task is given as data with its schema, also by a repeated attempt', async () => {
  const engine = bench.makeEngine({ config: { output_schema: SCHEMA } });
  const turn = messageTurn('context', script(give({ city: 'Paris' }), { text: 'It is Paris.' }));
  const expected = [{ type: 'data', data: { city: 'Paris' }, schema: SCHEMA }];
  const events = await run(engine, turn);
  expect(only(events, 'data')).toEqual(expected);
  expect(events.at(-1)).toEqual({ type: 'finish', text: 'It is Paris.' });
  expect(only(await run(engine, continueTurn(turn)), 'data')).toEqual(expected);
});

it('data that does not match the schema is not given, and the model hears of it', async () => {
  const engine = bench.makeEngine({ config: { output_schema: SCHEMA } });
  const steps = [give({ town: 'Paris' }), give({ city: 'Rome' }), { text: 'It is Rome.' }];
  const events = await run(engine, messageTurn('context', script(...steps)));
  expect(only(events, 'data').map(({ data }) => data)).toEqual([{ city: 'Rome' }]);
  const told = bench.sent().filter(({ role }) => role === 'tool');
  expect(told.map(({ content }) => String(content).includes('The program has the data.'))).toEqual([false, true]);
});

it('data of an earlier turn is not given again', async () => {
  const engine = bench.makeEngine({ config: { output_schema: SCHEMA } });
  await run(engine, messageTurn('context', script(give({ city: 'Paris' }), { text: 'Paris.' })));
  const events = await run(engine, messageTurn('context', script({ text: 'Nothing new.' })));
  expect(only(events, 'data')).toEqual([]);
});
