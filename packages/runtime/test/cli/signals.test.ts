import { expect, test } from 'vitest';
import { type RunningAgent, runCli, spawnCli, startAgent } from './run-cli.js';

/** Longer than any of these tests. */
const LONG = ['slowly', ...Array.from({ length: 1000 }, (_, index) => `w${index}`)];

async function withTask(agent: RunningAgent, words: readonly string[]) {
  const client = spawnCli(['send', agent.url, ...words]);
  await agent.cli.seen(/the turn begins/);
  return client;
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a running task end, prints that, and ends with 0',
  async (signal) => {
    await using agent = await startAgent();
    await using client = await withTask(agent, ['slowly', ...Array<string>(15).fill('on')]);
    agent.cli.process.kill(signal);
    const { code, stderr } = await agent.cli.result;
    expect(stderr).toContain('stopping: 1 task in flight, up to 25 s; press again to stop at once');
    expect(code).toBe(0);
    expect(await client.result).toMatchObject({ code: 0, stdout: `${'on '.repeat(15)}\n` });
  },
);

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('a second %s ends it at once with %i', async (signal, code) => {
  await using agent = await startAgent();
  await using _client = await withTask(agent, LONG);
  agent.cli.process.kill(signal);
  await agent.cli.seen(/stopping: 1 task/);
  // A repeat within 200 ms counts as the same key press, passed on by npm; so the signal is sent until it counts.
  const pressing = setInterval(() => agent.cli.process.kill(signal), 100);
  const result = await agent.cli.result.finally(() => clearInterval(pressing));
  // A process that waits for its task until the end of the grace ends with 0.
  expect(result.code).toBe(code);
});

test('a task that does not end within the grace period is aborted', async () => {
  await using agent = await startAgent({ MOLECULE_SHUTDOWN_GRACE: '300ms' });
  await using client = await withTask(agent, LONG);
  agent.cli.process.kill('SIGTERM');
  expect(await agent.cli.result).toMatchObject({ code: 0, stderr: expect.stringContaining('up to 0.3 s') });
  expect((await client.result).code).toBe(1);
});

test('without tasks it stops at once', async () => {
  await using agent = await startAgent();
  agent.cli.process.kill('SIGTERM');
  expect(await agent.cli.result).toMatchObject({ code: 0, stderr: expect.stringContaining('no tasks in flight') });
});

test('a disconnected client cancels nothing', async () => {
  await using agent = await startAgent();
  const client = await withTask(agent, ['slowly', 'a', 'b', 'c', 'd', 'e', 'f']);
  client.process.kill('SIGINT');
  await client.result;
  await agent.cli.seen(/the turn ended/);
  expect((await runCli(['send', agent.url, 'still there'])).code).toBe(0);
});
