import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KilledAgents } from './killed-agents.js';
import type { Moment } from './outside.js';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** A test that is repeated has effects of its own. */
const nameOf = (what: string) => `${what}-${crypto.randomUUID()}`;

describe.each([1, 2] as const)('with %i process(es)', (replicas) => {
  let agents: KilledAgents;
  beforeAll(async () => {
    agents = await KilledAgents.start(replicas);
  });
  afterAll(() => agents[Symbol.asyncDispose]());

  it.each(['before', 'middle', 'after'] as const)('ten kills %s the effect of a step', async (moment: Moment) => {
    const { outside } = agents;
    const killed = outside.kills;
    const name = nameOf(moment);
    for (const number of NUMBERS) outside.arm(name, number, moment, agents.kill);
    const task = await agents.run(name);
    expect(task.text).toBe(NUMBERS.map((number) => `v${number} `).join(''));
    expect([outside.kills - killed, outside.effects(name)]).toEqual([10, 10]);
    const { steps, wasReset } = await agents.recordsOf(task);
    expect(steps).toEqual(NUMBERS.map((number) => `effect ${number}`));
    expect(wasReset).toBe(false);
  });

  it('four branches at the same time', async () => {
    const { outside } = agents;
    const name = nameOf('branches');
    for (const [number, moment] of [
      [1, 'middle'],
      [4, 'after'],
      [6, 'before'],
      [8, 'middle'],
    ] as const) {
      outside.arm(name, number, moment, agents.kill);
    }
    const task = await agents.run(`${name} parallel`);
    expect(task.text).toBe('v1 v2 v3 v4 v5 v6 v7 v8');
    expect(outside.effects(name)).toBe(8);
  });

  it('two questions, and a sleep of an hour', async () => {
    const { outside } = agents;
    const name = nameOf('asking');
    for (const number of NUMBERS) outside.arm(name, number, number % 2 ? 'middle' : 'after', agents.kill);
    const task = await agents.run(`${name} asks`);
    expect(task.text).toBe('v1 v2 v3 v4 yes v5 v6 v7 v8 yes v9 v10 ');
    expect(outside.effects(name)).toBe(10);
    const { wasReset } = await agents.recordsOf(task);
    expect(wasReset).toBe(false);
  });
});
