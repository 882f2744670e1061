import { expect, it } from 'vitest';
import { until } from '../support/until.js';
import { movePlaces } from './move/move-places.js';

it.each(['openSqlite', 'openPostgres'] as const)('a command beside the agents is not counted: %s', async (open) => {
  await using places = await movePlaces();
  await using agent = await places[open]('agent');
  await using command = await places[open]('command');
  await using second = await places[open]('agent');
  // On PostgreSQL, as the next renewal of the lease finds it.
  await until('both agents are counted', async () => (await agent.boots.count()) === 2 || undefined);
  expect(await command.boots.count()).toBe(2);
  expect(await command.boots.isAlive(agent.boots.id)).toBe(true);
  expect(await agent.boots.isAlive(command.boots.id)).toBe(false);
  await second[Symbol.asyncDispose]();
  await until('one agent is left', async () => (await agent.boots.count()) === 1 || undefined);
  expect(await command.boots.isAlive(second.boots.id)).toBe(false);
});
