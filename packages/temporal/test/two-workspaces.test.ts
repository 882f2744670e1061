import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentTaskInput, TaskBody } from '../src/index.js';
import { Bench } from './support/bench.js';
import { turnInput } from './support/turn-input.js';

const TASKS = 50;
let bench: Bench;

beforeAll(async () => {
  bench = await Bench.create();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

test('two workspaces on one Temporal never take each other’s tasks', async () => {
  const { address } = await bench.server();
  const strays: AgentTaskInput[] = [];
  const workspaces = await Promise.all(
    ['workspace-a', 'workspace-b'].map(async (workspaceId) => {
      const body: TaskBody = {
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
    expect(outcome).toEqual({ mode: 'durable', result: { finalText: workspaceId, success: true } });
  }
});
