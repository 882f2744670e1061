import type { TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { answerTurn, continueTurn, messageTurn, only, run, script } from './support/turns.js';

const bench = useBench();

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const give = (input: Record<string, string>) => ({ tool: 'give_data', input });
const ASK = { tool: 'ask_person', input: { question: 'Which colour?' } };
const PARIS = { type: 'data', data: { city: 'Paris' }, schema: SCHEMA };

/** The id of the question that a turn ended with. */
function asked(events: readonly TurnEvent[]): string {
  const last = events.at(-1);
  return last?.type === 'input-required' ? last.requestId : '';
}

it('the result of a task is given as data with its schema, also by a repeated attempt', async () => {
  const engine = bench.makeEngine({ config: { output_schema: SCHEMA } });
  const turn = messageTurn('context', script(give({ city: 'Paris' }), { text: 'It is Paris.' }));
  const events = await run(engine, turn);
  expect(only(events, 'data')).toEqual([PARIS]);
  expect(events.at(-1)).toEqual({ type: 'finish', text: 'It is Paris.' });
  expect(only(await run(engine, continueTurn(turn)), 'data')).toEqual([PARIS]);
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

it.each([
  ['beside it', [{ tools: [give({ city: 'Paris' }), ASK] }]],
  ['before it', [give({ city: 'Paris' }), ASK]],
])(
  'data that is given with a question, %s, is given once: by the turn that asks, also by repeated attempts',
  async (_, steps) => {
    const engine = bench.makeEngine({ config: { output_schema: SCHEMA } });
    const turn = messageTurn('context', script(...steps, { text: 'You said $TOOL' }));
    const asking = await run(engine, turn);
    expect(only(asking, 'data')).toEqual([PARIS]);
    expect(only(await run(engine, continueTurn(turn)), 'data')).toEqual([PARIS]);
    const answer = answerTurn(turn, asked(asking), 'blue');
    const answered = await run(engine, answer);
    expect(answered.at(-1)).toEqual({ type: 'finish', text: 'You said blue' });
    expect(only(answered, 'data')).toEqual([]);
    expect(only(await run(engine, continueTurn(answer)), 'data')).toEqual([]);
  },
);

it.each([
  ['approve', [PARIS]],
  ['deny', []],
])('data that waits for an approval is given by the turn of the answer: %s', async (choice, expected) => {
  const engine = bench.makeEngine({ config: { output_schema: SCHEMA, tools: { approval: ['give_data'] } } });
  const turn = messageTurn('context', script(give({ city: 'Paris' }), { text: 'It is Paris.' }));
  const asking = await run(engine, turn);
  expect(only(asking, 'data')).toEqual([]);
  const answer = answerTurn(turn, asked(asking), '', choice);
  expect(only(await run(engine, answer), 'data')).toEqual(expected);
  expect(only(await run(engine, continueTurn(answer)), 'data')).toEqual(expected);
});
