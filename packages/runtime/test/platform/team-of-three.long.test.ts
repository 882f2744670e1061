import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { killInTheMiddle, markOf, type Name, startTeam, type TeamOnPlatform } from './team-on-platform.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let platform: FakePlatform;
let team: TeamOnPlatform;

beforeAll(async () => {
  platform = await startFakePlatform();
  team = await startTeam(platform);
});
afterAll(async () => {
  await team[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

// Twelve checks: four for each.
describe.each(['alice', 'bob', 'boss'] as const)('of a team of three, %s is killed in the middle', (victim: Name) => {
  let seen: Awaited<ReturnType<typeof killInTheMiddle>>;
  beforeAll(async () => {
    seen = await killInTheMiddle(platform, team, victim);
  });

  test('the person gets the answer once', () => {
    expect(seen.chat).toHaveLength(1);
    expect(JSON.parse(seen.chat[0] ?? '')).toMatchObject({ done: true });
  });

  test('the list of delegations has both, completed', () => {
    expect(seen.results).toHaveLength(2);
    expect([...seen.answers].sort()).toEqual([`alice ${markOf(victim)}`, `bob ${markOf(victim)}`]);
  });

  test('all members are online and idle', () => {
    expect(seen.statuses).toEqual(['online', 'online', 'online']);
  });

  test('each turn is reported once', () => {
    expect(seen.turns).toEqual([1, 1, 1]);
  });
});
