import { expect, test } from 'vitest';
import { PlatformDirectory } from '../../src/platform/platform-directory.js';

const ROW = { id: 'a', name: 'A', url: null, role: null, agent_card: null };

test('those who ask while the platform is being asked get its answer, and what is no peer is told', async () => {
  const told: unknown[] = [];
  let asked = 0;
  let answer: (rows: readonly object[]) => void = () => {};
  const directory = new PlatformDirectory(
    () => {
      asked++;
      return new Promise((resolve) => {
        answer = resolve as typeof answer;
      });
    },
    (error) => told.push(error),
  );
  const both = Promise.all([directory.peers(), directory.peers()]);
  answer([ROW, { id: 7 }]);
  const peers = [{ id: 'a', name: 'A', throughPlatform: true }];
  expect(await both).toEqual([peers, peers]);
  expect(asked).toBe(1);
  expect(String(told)).toMatch(/name/);
});
