import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf } from '../../support/a2a-client.js';
import { workspaceDirectory } from '../../support/host-process.js';
import { play } from '../../support/play-adapter.js';
import { until } from '../../support/until.js';

const LIMIT = 48;
const WORDS = Array.from({ length: 100 }, (_, index) => `c${index} `).join('');

/** A runtime with a low limit of open files. */
async function startLimited(directory: string) {
  const support = new URL('../../support/host/', import.meta.url);
  const program = ['--import', 'typescript-hooks.mjs', 'host.ts'].map((name) =>
    name.startsWith('--') ? name : fileURLToPath(new URL(name, support)),
  );
  const command = ['-c', `ulimit -n ${LIMIT} && exec "$@"`, 'sh', process.execPath, ...program, directory, 'once'];
  const child = spawn('sh', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

it('a turn continues without free descriptors, and nothing is lost', async () => {
  await using workspace = await workspaceDirectory();
  await using host = await startLimited(workspace.path);
  const client = await connect(host.url);
  const before = await send(client, 'before');
  const task = await begin(client, play({ say: '' }, { wait: 500 }, { stream: 100, everyMs: 5 }));
  const { hostname, port } = new URL(host.url);
  const idle: Socket[] = Array.from({ length: 3 * LIMIT }, () =>
    connectSocket(Number(port), hostname).on('error', () => {}),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (const socket of idle) socket.destroy();
  await until('it has ended', async () => stateOf(await getTask(client, task.id)) === 'completed', 20_000);
  expect(answerOf(await getTask(client, task.id))).toBe(WORDS);
  expect(answerOf(await getTask(client, before.id))).toBe('echo: before');
  expect(answerOf(await send(client, 'after'))).toBe('echo: after');
  expect(host.child.exitCode).toBeNull();
});
