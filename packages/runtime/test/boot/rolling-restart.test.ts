import { afterAll, beforeAll, expect, it } from 'vitest';
import { begin, connect, send, sending, stateOf } from '../support/a2a-client.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { type FreshDatabase, freshDatabase } from '../support/postgres/fresh-database.js';
import { StreamReader } from '../support/reader.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** A replica of one workspace, with what its engine was asked. */
async function replica(): Promise<ReturnType<typeof playAdapter> & { readonly runtime: TestRuntime }> {
  const played = playAdapter();
  const environment = { DATABASE_URL: database.url };
  return { ...played, runtime: await startTestRuntime({ adapter: played.adapter, environment }) };
}

it('a stopping replica accepts messages for the others, and gives them the turns that wait', async () => {
  const [first, second] = [await replica(), await replica()];
  await using stopping = first.runtime;
  await using _other = second.runtime;
  const client = await connect(stopping.url);
  await until('both count two processes', () =>
    [first, second].every(({ runtime }) => runtime.logs.some(({ fields }) => fields['processes'] === 2)),
  );
  await begin(client, play({ gate: 'go' }), { contextId: 'c-1' });
  await until('it runs', () => first.turns.length === 1);
  const waiting = client.sendMessageStream(sending('waits', { contextId: 'c-1' }));
  const waits = await new StreamReader().readFirst(waiting);
  const stopped = stopping.shutdown(60_000);
  // Answered while the turn that runs keeps the replica from ending. Until it has counted the others it may run a message itself.
  await until('the other one runs a message', async () => {
    expect(stateOf(await send(client, 'late'))).toBe('completed');
    return second.turns.length === 1;
  });
  const ran = first.turns.length;
  first.gates.open('go');
  await Promise.all([waits.readAll(waiting), stopped]);
  expect(stateOf(waits.task)).toBe('completed');
  expect([first.turns, second.turns].map(({ length }) => length)).toEqual([ran, 2]);
});
