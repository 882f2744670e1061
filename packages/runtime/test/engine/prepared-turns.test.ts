import type { AgentEngine, Turn, TurnEvent } from '@molecule/adapters';
import { testControls } from '@molecule/adapters/testing/kit';
import { expect, it } from 'vitest';
import { prepareTurns } from '../../src/engine/decorate-engine.js';

const TURN = { taskId: 't' } as Turn;
const CONTROLS = testControls();

/** An engine that says two words, and what happened to its turn. */
function speaker() {
  const seen: string[] = [];
  const engine: AgentEngine = {
    async *runTurn(turn): AsyncGenerator<TurnEvent> {
      seen.push(`began ${turn.taskId}`);
      try {
        yield { type: 'text-delta', text: 'one' };
        yield { type: 'text-delta', text: 'two' };
      } finally {
        seen.push('stopped');
      }
    },
  };
  return { engine, seen };
}

function eventsOf(engine: AgentEngine): AsyncIterator<TurnEvent> {
  return engine.runTurn(TURN, CONTROLS)[Symbol.asyncIterator]();
}

it('an engine gets the prepared turn once the first event is asked for, and all of its events come through', async () => {
  const { engine, seen } = speaker();
  const prepared = prepareTurns(engine, async (turn) => ({ ...turn, taskId: `${turn.taskId} prepared` }));
  const events: string[] = [];
  const stream = prepared.runTurn(TURN, CONTROLS);
  expect(seen).toEqual([]);
  for await (const event of stream) events.push(event.type === 'text-delta' ? event.text : event.type);
  expect([events, seen]).toEqual([
    ['one', 'two'],
    ['began t prepared', 'stopped'],
  ]);
});

it('an engine whose turn is stopped while it is prepared does not begin, nor does one that was never asked', async () => {
  const { engine, seen } = speaker();
  const ready = Promise.withResolvers<Turn>();
  const stopped = eventsOf(prepareTurns(engine, () => ready.promise));
  const first = stopped.next();
  const ended = stopped.return?.();
  ready.resolve(TURN);
  await Promise.all([first, ended]);
  expect(seen).toEqual([]);
  const unasked = eventsOf(prepareTurns(engine, async (turn) => turn));
  await unasked.return?.();
  expect(await unasked.next()).toEqual({ done: true, value: undefined });
  expect(seen).toEqual([]);
});

it('an engine whose turn is aborted while it is prepared does not begin', async () => {
  const { engine, seen } = speaker();
  const ready = Promise.withResolvers<Turn>();
  const aborted = new AbortController();
  const prepared = prepareTurns(engine, () => ready.promise);
  const events = prepared.runTurn(TURN, { ...CONTROLS, signal: aborted.signal })[Symbol.asyncIterator]();
  const first = events.next();
  aborted.abort({ code: 'canceled', message: 'The task was canceled.' });
  ready.resolve(TURN);
  expect(await first).toEqual({ done: true, value: undefined });
  expect(seen).toEqual([]);
});

it('if a turn cannot be prepared, the caller gets the error once, and the engine does not begin', async () => {
  const { engine, seen } = speaker();
  const events = eventsOf(prepareTurns(engine, () => Promise.reject(new Error('no room'))));
  await expect(events.next()).rejects.toThrow('no room');
  expect(await events.next()).toEqual({ done: true, value: undefined });
  await events.return?.();
  expect(seen).toEqual([]);
});
