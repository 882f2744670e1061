import { EngineError, type MessageTurn, type TurnStore } from '@molecule/adapters';
import type { TestStore } from '@molecule/adapters/testing/kit';
import { expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { answerIn, continueTurn, messageTurn, run, script } from './support/turns.js';
import { makeContext, makeEngine, storeIn } from './support/workspace.js';

const bench = useBench();
const ANSWER = 'It is all there.';

/** A store that refuses every write after the first `writes`, as for a process that is cut off from it. */
function cutAfter(writes: number, store: TestStore): TestStore & { readonly refused: number } {
  let [left, refused] = [writes, 0];
  const cut = (own: TurnStore): TurnStore => {
    const written = <Value>(write: () => Promise<Value>): Promise<Value> => {
      if (left-- > 0) return write();
      refused++;
      return Promise.reject(new EngineError('canceled', 'This process is cut off.'));
    };
    return {
      get: (key) => own.get(key),
      list: (key, range) => own.list(key, range),
      put: (key, value) => written(() => own.put(key, value)),
      append: (key, entries) => written(() => own.append(key, entries)),
      replace: (key, entries) => written(() => own.replace(key, entries)),
      delete: (key) => written(() => own.delete(key)),
    };
  };
  return {
    of: (contextId) => store.of(contextId),
    forTurn: (contextId) => cut(store.forTurn(contextId)),
    get refused() {
      return refused;
    },
  };
}

it('a turn that is cut off after any of its writes ends in another process with its whole answer', async () => {
  const store = storeIn(bench.directory);
  const context = makeContext(bench.directory, bench.model.url);
  const another = () => makeEngine(context, store);
  const endsWell = async (turn: MessageTurn): Promise<string | undefined> => {
    const events = await run(another(), continueTurn(turn)).catch((error: unknown) => {
      if (EngineError.is(error) && error.code === 'nothing-to-continue') return run(another(), turn);
      throw error;
    });
    const last = events.at(-1);
    const isWhole = last?.type === 'finish' && last.text === ANSWER && answerIn(events) === ANSWER;
    return isWhole ? undefined : JSON.stringify(events.slice(-4));
  };
  const wrong: string[] = [];
  let [writes, isCut] = [0, true];
  for (; isCut; writes++) {
    const turn = messageTurn(`context ${writes}`, script({ tool: 'list_files', input: {} }, { text: ANSWER }));
    const cut = cutAfter(writes, store);
    await run(makeEngine(context, cut), turn).catch(() => {});
    isCut = cut.refused > 0;
    const problem = await endsWell(turn).catch((error: unknown) => String(error));
    if (problem !== undefined) wrong.push(`after ${writes} writes: ${problem}`);
  }
  expect(wrong).toEqual([]);
  expect(writes).toBeGreaterThan(10);
});
