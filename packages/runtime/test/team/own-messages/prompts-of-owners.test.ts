import { expect, test } from 'vitest';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const ENVIRONMENT = { MOLECULE_TOKENS: 'alice:alice-0123456789abcdef,bob:bob-0123456789abcdef' };

/** The owners of the turns for the initial prompt, over a start and a restart. */
async function prompted(workDir: string, count: number): Promise<readonly string[]> {
  const played = playAdapter();
  const config = `name: Test\nruntime: play\ninitial_prompt: introduce yourself\nwork_dir: ${workDir}\n`;
  await using first = await startTestRuntime({ adapter: played.adapter, config, environment: ENVIRONMENT });
  await until('the prompts to run', () => played.turns.length === count);
  await using _again = await first.restart({ graceMs: 5_000 });
  return played.turns.map(({ turn }) => turn.owner).sort();
}

test('each owner gets the initial prompt once; if all work in one directory, the first owner gets it', async () => {
  expect(await prompted('owner', 2)).toEqual(['alice', 'bob']);
  expect(await prompted('shared', 1)).toEqual(['alice']);
});
