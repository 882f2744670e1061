import { freePort } from '@molecule/adapters';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openGrpcCalls } from '../src/client/connections.js';
import { splitAddress } from '../src/client/tcp-probe.js';
import { spawnServer } from '../src/dev-server/spawn-server.js';
import { Bench } from './support/bench.js';
import { resultOf } from './support/outcome.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

/** A cluster with rate limits may refuse one kind of request for a long time. A real server with a limit of 0 does the same. */

let bench: Bench;
const stray: unknown[] = [];
const keep = (error: unknown) => void stray.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', keep);
  process.on('uncaughtException', keep);
  bench = await Bench.create();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  process.off('unhandledRejection', keep);
  process.off('uncaughtException', keep);
});

const LIMITS: readonly (readonly [string, readonly string[]])[] = [
  ['lists', ['frontend.namespaceRPS.visibility=0', 'frontend.globalNamespaceRPS.visibility=0']],
  ['starts, descriptions, heartbeats and answers', ['frontend.namespaceRPS=0', 'frontend.globalNamespaceRPS=0']],
  ['histories', ['history.rps=0']],
  ['task queues', ['matching.rps=0']],
];

test.each(LIMITS)('a limit of 0 for %s loses no turn and ends no process', async (_, limits) => {
  await using server = await limitedServer(limits);
  const wrapper = bench.wrapper(server.address, {
    settings: { connectTimeoutMs: 1_000, startTimeoutMs: 500, heartbeatTimeoutMs: 1_000, heartbeatIntervalMs: 200 },
    body: Object.assign(bench.body(), { holds: async () => true, unfinished: async () => ['task-of-an-earlier-life'] }),
  });
  await wrapper.start();
  // The second turn lasts longer than the retry interval of the requests that were refused at boot.
  const inputs = [turnInput({ ticks: 2 }), turnInput({ ticks: 80 })];
  const outcomes = await Promise.all(inputs.map((input) => wrapper.run(input)));
  for (const [index, input] of inputs.entries()) {
    expect(outcomes.map(resultOf)[index]).toEqual({ finalText: `answer to ${input.taskId}`, success: true });
    expect(bench.begins(input.taskId)).toHaveLength(1);
  }
  await wrapper.stop({ graceMs: 0 });
  expect(stray).toEqual([]);
});

/** `startTemporalDevServer` never counts such a server as ready. It is ready when it answers the handshake. */
async function limitedServer(limits: readonly string[]): Promise<AsyncDisposable & { readonly address: string }> {
  const address = `127.0.0.1:${await freePort()}`;
  const { port } = splitAddress(address);
  const server = spawnServer(
    inject('cliPath'),
    [
      ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'never'],
      ...limits.flatMap((limit) => ['--dynamic-config-value', limit]),
    ],
    { environment: process.env, outlivesParent: false },
  );
  await waitUntil('it answers the handshake', async () => {
    try {
      const calls = await openGrpcCalls({ address, connection: {} }, 1_000);
      await calls.close();
      return true;
    } catch {
      return false;
    }
  });
  return {
    address,
    async [Symbol.asyncDispose]() {
      server.child.kill('SIGKILL');
      server.child.ref();
      await server.exited;
    },
  };
}
