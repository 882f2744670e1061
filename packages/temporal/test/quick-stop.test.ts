import { type Logger, silentLogger } from '@molecule/adapters';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activityStarted, Bench } from './support/bench.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.create();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

test('a stop waits for its worker only, and not for the end of a turn that another process runs', async () => {
  const { address } = await bench.server();
  const client = await bench.client(address);
  const runs = bench.wrapper(address, { instanceId: 'runs' });
  await runs.start();
  const input = turnInput({ ticks: 4_000 });
  void runs.run(input);
  await activityStarted(client, input.taskId);

  const lines: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    debug: (message, fields) => void lines.push(`${message}: ${fields?.['error']}`),
    child: () => logger,
  };
  const waits = bench.wrapper(address, { instanceId: 'waits', logger });
  await waits.start();
  const outcome = waits.run(input);
  await waitUntil('it waits for the end of the workflow', () => waits.pendingStarts === 0);
  await waits.stop({ graceMs: 0 });
  expect(await outcome).toMatchObject({ kind: 'handed-over' });
  expect(lines.filter((line) => line.includes('end of the worker'))).toEqual([]);
  await runs.stop({ graceMs: 0 });
});
