import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, connect, send, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { unusedPort } from './support/temporal.js';
import { installWithoutTemporal } from './support/tree-without-temporal.js';

let installed: Awaited<ReturnType<typeof installWithoutTemporal>>;
beforeAll(async () => {
  installed = await installWithoutTemporal();
});
afterAll(() => installed?.[Symbol.asyncDispose]());

it('not installed: turns run directly, one log line has the remedy, and everything else works', async () => {
  const { child, output } = startCli(installed.directory, {});
  try {
    const url = await until('its address', () => /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0]);
    await until('it is ready', async () => (await fetch(`${url}/readyz`)).ok);
    const task = await send(await connect(url), 'hello');
    expect([stateOf(task), answerOf(task)]).toEqual(['completed', 'hello ']);
    const { durable } = (await (await fetch(`${url}/readyz`)).json()) as { readonly durable: unknown };
    const detail = '@molecule/temporal is not installed: npm install @molecule/temporal';
    expect(durable).toEqual({ yes: false, detail });
    expect(output().match(/turns run directly/g)).toHaveLength(1);
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  }
});

it('not installed, but required: the start fails with a code that names what to install', async () => {
  const { child, output } = startCli(installed.directory, { MOLECULE_TEMPORAL: 'required' });
  const [code] = await once(child, 'exit');
  expect(code).toBeGreaterThan(0);
  expect(output()).toContain('TEMPORAL_NOT_INSTALLED');
  expect(output()).toContain('npm install @molecule/temporal');
});

it('required, but unreachable: the start fails with a code and the address', async () => {
  await using workspace = await DurableWorkspace.create(`127.0.0.1:${await unusedPort()}`, {
    MOLECULE_TEMPORAL: 'required',
  });
  await expect(workspace.start()).rejects.toMatchObject({
    code: 'TEMPORAL_UNAVAILABLE',
    message: expect.stringContaining('TEMPORAL_HOST'),
  });
});

function startCli(directory: string, environment: Readonly<Record<string, string>>) {
  const cli = join(directory, 'node_modules', '@molecule', 'runtime', 'dist', 'cli.js');
  const child: ChildProcess = spawn(process.execPath, [cli, 'start', directory], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      ADAPTER_MODULE: './adapter.mjs',
      MOLECULE_LOG_FORMAT: 'json',
      ...environment,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return { child, output: () => output };
}
