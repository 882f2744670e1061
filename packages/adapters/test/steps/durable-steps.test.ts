import { expect, it } from 'vitest';
import { EngineError, type StepEvent, type TurnSteps } from '../../src/index.js';
import { DurableSteps } from '../../src/steps/index.js';
import { TestJournal, TestStepStore } from '../../src/testing/steps/test-journal.js';

/** Runs code as an attempt of one turn. */
function attempts() {
  const store = new TestStepStore();
  return async <Result>(code: (steps: TurnSteps) => Promise<Result>) => {
    const told: StepEvent[] = [];
    const { signal } = new AbortController();
    const steps = new DurableSteps(new TestJournal(store, 'run', { signal, told: (events) => told.push(...events) }));
    return { result: await code(steps).catch((error: unknown) => error), told };
  };
}

it('a result is what its JSON says, the first time as in later attempts, and nothing is a result', async () => {
  const attempt = attempts();
  const code = ({ step }: TurnSteps) =>
    Promise.all([
      step('date', () => ({ at: new Date(0) })),
      step('nothing', () => undefined),
      step('null', () => null),
    ]);
  const first = await attempt(code);
  expect(first.result).toEqual([{ at: '1970-01-01T00:00:00.000Z' }, undefined, null]);
  expect((await attempt(code)).result).toEqual(first.result);
});

it('a key is a UUID, the same in each attempt, and another one for each step', async () => {
  const attempt = attempts();
  const keys: string[] = [];
  const keep = ({ key }: { readonly key: string }) => void keys.push(key);
  const fails = () => {
    throw new EngineError('engine-died', 'died');
  };
  for (let time = 0; time < 2; time++) {
    await attempt(async ({ step }) => {
      await step('in', async () => {
        await step('in', (run) => {
          keep(run);
          return fails();
        });
      });
    });
  }
  await attempt(async ({ step }) => step('other', keep));
  expect(keys[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(2);
});

it('steps with an id are found in any order', async () => {
  const attempt = attempts();
  const ran: string[] = [];
  const call =
    ({ step }: TurnSteps) =>
    (id: string) =>
      step('call', { id }, () => {
        ran.push(id);
        return id;
      });
  await attempt(async (steps) => [await call(steps)('a'), await call(steps)('b')]);
  const { result } = await attempt(async (steps) => [
    await call(steps)('b'),
    await call(steps)('c'),
    await call(steps)('a'),
  ]);
  expect(result).toEqual(['b', 'c', 'a']);
  expect(ran).toEqual(['a', 'b', 'c']);
});

it('branches may end in another order than the last time', async () => {
  const attempt = attempts();
  const code = (order: readonly string[]) => async (steps: TurnSteps) => {
    const gates = new Map(['a', 'b'].map((name) => [name, Promise.withResolvers<void>()]));
    const branch = (name: string) =>
      steps.step(name, async () => {
        await gates.get(name)?.promise;
        return steps.step('inside', () => name);
      });
    const all = Promise.all([branch('a'), branch('b')]);
    for (const name of order) {
      gates.get(name)?.resolve();
      await new Promise(setImmediate);
    }
    return all;
  };
  expect((await attempt(code(['b', 'a']))).result).toEqual(['a', 'b']);
  expect((await attempt(code(['a', 'b']))).result).toEqual(['a', 'b']);
});

it('another step at a place is refused, with both sequences, also inside of a step', async () => {
  const attempt = attempts();
  const died = new EngineError('engine-died', 'died');
  await attempt(({ step }) =>
    step('outer', async () => {
      await step('one', () => 1);
      await step('two', () => 2);
      throw died;
    }),
  );
  const { result } = await attempt(({ step }) =>
    step('outer', async () => {
      await step('one', () => 1);
      await step('three', () => 3);
    }),
  );
  expect(result).toMatchObject({ code: 'steps-changed', retryable: false });
  expect(String(result)).toContain('At place 2 of the step outer, outer/two was recorded, and outer/three was called.');
});

it('events besides words are told with the record of their step, and only once', async () => {
  const attempt = attempts();
  const code = (dies: boolean) => (steps: TurnSteps) =>
    steps.step('give', async ({ emit }) => {
      await emit({ type: 'status', text: 'giving' });
      await emit({ type: 'data', data: 1 });
      if (dies) throw new EngineError('engine-died', 'died');
    });
  const types = ({ told }: { readonly told: readonly StepEvent[] }) => told.map(({ type }) => type);
  expect(types(await attempt(code(true)))).toEqual(['status']);
  expect(types(await attempt(code(false)))).toEqual(['status', 'data']);
  expect(types(await attempt(code(false)))).toEqual([]);
});

it('a sleep that was interrupted ends at the time that was recorded when it began', async () => {
  const store = new TestStepStore();
  /** The sleep in an attempt at this time. */
  const sleepAt = (now: number, signal: AbortSignal) => {
    class Journal extends TestJournal {
      override now = () => now;
    }
    return new DurableSteps(new Journal(store, 'run', { signal })).sleep(50_000);
  };
  const first = new AbortController();
  const interrupted = sleepAt(0, first.signal);
  await expect.poll(() => store.rowsOf('run')).toMatchObject([{ step: { until: 50_000 } }]);
  first.abort({ code: 'shutdown', message: 'The process stops.' });
  await expect(interrupted).rejects.toMatchObject({ code: 'canceled', message: 'The process stops.' });
  // Ten milliseconds are left, and then none.
  await sleepAt(49_990, new AbortController().signal);
  await sleepAt(50_001, new AbortController().signal);
  expect(store.rowsOf('run')).toHaveLength(1);
});

it('refuses what is no step', async () => {
  const attempt = attempts();
  const wrong = [
    ({ step }: TurnSteps) => step('', () => 1),
    ({ step }: TurnSteps) => step('name', {} as never),
    ({ sleep }: TurnSteps) => sleep(Number.NaN),
    ({ emit }: TurnSteps) => emit({ type: 'finish' } as never),
    ({ ask }: TurnSteps) => ask({ prompt: '' }),
  ];
  for (const code of wrong) {
    const { result } = await attempt(async (steps) => code(steps));
    expect(result).toMatchObject({ code: 'ADAPTER_CONTRACT_BROKEN' });
  }
});
