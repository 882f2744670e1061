import { expect, test } from 'vitest';
import { PlatformDirectory } from '../../src/platform/peers/platform-directory.js';

const ROW = { id: 'a', name: 'A', url: null, role: null, agent_card: null };

test('concurrent calls share one query, and an invalid peer is logged', async () => {
  const logged: unknown[] = [];
  let asked = 0;
  let answer: (rows: readonly object[]) => void = () => {};
  const directory = new PlatformDirectory(
    () => {
      asked++;
      return new Promise((resolve) => {
        answer = resolve as typeof answer;
      });
    },
    (error) => logged.push(error),
  );
  const both = Promise.all([directory.peers(), directory.peers()]);
  answer([ROW, { id: 7 }]);
  const peers = [{ id: 'a', name: 'A', throughPlatform: true }];
  expect(await both).toEqual([peers, peers]);
  expect(asked).toBe(1);
  expect(String(logged)).toMatch(/name/);
});
