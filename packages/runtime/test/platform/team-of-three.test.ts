import { expect, test, vi } from 'vitest';
import { startFakePlatform } from '../support/fake-platform.js';
import { killInTheMiddle, markOf, startTeam } from './team-on-platform.js';

// Three processes are started, and one of them twice.
vi.setConfig({ testTimeout: 240_000 });

// The others are killed in the long form.
test('a member that is killed in the middle: the answer reaches the person once, and the platform sees the truth', async () => {
  await using platform = await startFakePlatform();
  await using team = await startTeam(platform);
  const seen = await killInTheMiddle(platform, team, 'bob');
  expect(seen.chat).toHaveLength(1);
  expect(JSON.parse(seen.chat[0] ?? '')).toMatchObject({ done: true });
  expect(seen.results).toHaveLength(2);
  expect([...seen.answers].sort()).toEqual([`alice ${markOf('bob')}`, `bob ${markOf('bob')}`]);
  expect(seen.statuses).toEqual(['online', 'online', 'online']);
  expect(seen.turns).toEqual([1, 1, 1]);
});
