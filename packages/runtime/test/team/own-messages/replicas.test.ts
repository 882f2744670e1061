import { expect, test, vi } from 'vitest';
import { begin, connect, getTask, stateOf } from '../../support/a2a-client.js';
import { play } from '../../support/play-adapter.js';
import { freshDatabase } from '../../support/postgres/fresh-database.js';
import { until } from '../../support/until.js';
import { startMember } from '../delegation/team-process.js';

// Two processes are started.
vi.setConfig({ testTimeout: 180_000 });

const WITHIN_MS = 60_000;
const INTERVAL_MS = 1_000;
const PROMPTS = 'initial_prompt: Introduce yourself\nidle_prompt: Look around\nidle_interval_seconds: 1\n';

async function listed(url: string, contextId: string) {
  const client = await connect(url);
  const { tasks } = await client.listTasks({
    tenant: '',
    contextId,
    status: 0,
    pageSize: 50,
    pageToken: '',
    historyLength: 0,
    statusTimestampAfter: undefined,
    includeArtifacts: false,
  });
  return tasks;
}

test('two replicas send the initial prompt once, and the idle prompt once if neither of them has had work', async () => {
  await using database = await freshDatabase();
  const environment = { DATABASE_URL: database.url };
  const [first, second] = await Promise.all(['first', 'second'].map(() => startMember('Agent', PROMPTS, environment)));
  if (!first || !second) throw new Error('Two were started.');
  await using _first = first;
  await using _second = second;
  const idle = () => listed(first.url, 'idle-prompt');
  await until('idle prompts', async () => (await idle()).length >= 5, WITHIN_MS);
  const sent = (await idle()).map(({ status }) => Date.parse(status?.timestamp ?? '')).sort((one, two) => one - two);
  // Two replicas that do not know of each other send twice as many.
  expect((sent.at(-1) ?? 0) - (sent[0] ?? 0)).toBeGreaterThan(0.7 * INTERVAL_MS * (sent.length - 1));
  expect(await listed(second.url, 'initial-prompt')).toHaveLength(1);

  const client = await connect(second.url);
  const { id } = await begin(client, play({ wait: 5 * INTERVAL_MS }, { say: 'done' }));
  await until('the work', async () => stateOf(await getTask(client, id)) === 'working', WITHIN_MS);
  const before = (await idle()).length;
  await until('its end', async () => stateOf(await getTask(client, id)) === 'completed', WITHIN_MS);
  expect((await idle()).length - before).toBeLessThanOrEqual(1);
  await until('another idle prompt', async () => (await idle()).length > before + 1, WITHIN_MS);
});
