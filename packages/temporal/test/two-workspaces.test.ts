import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TurnBody, TurnInput } from '../src/index.js';
import { activityStarted, Bench } from './support/bench.js';
import { turnInput } from './support/turn-input.js';

const TASKS = 50;
let bench: Bench;
let address: string;

beforeAll(async () => {
  bench = await Bench.create();
  ({ address } = await bench.server());
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

test('two workspaces on one Temporal never take each other’s tasks', async () => {
  const strays: TurnInput[] = [];
  const workspaces = await Promise.all(
    ['workspace-a', 'workspace-b'].map(async (workspaceId) => {
      const body: TurnBody = {
        run: async (input) => {
          if (input.workspaceId !== workspaceId) strays.push(input);
          return { finalText: workspaceId, success: true };
        },
      };
      const wrapper = bench.wrapper(address, { workspaceId, body });
      await wrapper.start();
      return { workspaceId, wrapper };
    }),
  );
  const outcomes = await Promise.all(
    workspaces.flatMap(({ workspaceId, wrapper }) =>
      Array.from({ length: TASKS }, async () => {
        const outcome = await wrapper.run(turnInput({}, { workspaceId }));
        return { workspaceId, outcome };
      }),
    ),
  );
  expect(strays).toEqual([]);
  expect(outcomes).toHaveLength(2 * TASKS);
  for (const { workspaceId, outcome } of outcomes) {
    expect(outcome).toEqual({ kind: 'ended', mode: 'durable', result: { finalText: workspaceId, success: true } });
  }
});

test('a turn whose process has stopped waits for its own workspace, and no other workspace runs it', async () => {
  const workspaceId = 'workspace-away';
  const input = turnInput({ ticks: 4_000 }, { workspaceId });
  const owner = bench.wrapper(address, { workspaceId });
  await owner.start();
  void owner.run(input);
  await bench.entry(input.taskId, 'begin');
  const strays: string[] = [];
  const neighbour = bench.wrapper(address, {
    workspaceId: 'workspace-next-door',
    body: {
      run: async ({ taskId }) => {
        strays.push(taskId);
        return { finalText: 'not mine', success: true };
      },
    },
  });
  await neighbour.start();
  await activityStarted(await bench.client(address), input.taskId);
  await owner.stop({ graceMs: 0 });
  // Longer than the dispatch of a retry.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(strays).toEqual([]);

  await bench.wrapper(address, { workspaceId }).start();
  await bench.entry(input.taskId, 'begin', 2);
});
