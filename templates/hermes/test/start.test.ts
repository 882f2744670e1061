import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { processesWithEnvironment } from '../src/process/process-tree.js';
import { until } from './support/gateway.js';
import { CACHE_HOME, makeWorkspace } from './support/workspace.js';

const template = join(import.meta.dirname, '..');

/** The program `molecule`, as `npm start` finds it. */
async function molecule(): Promise<string> {
  const manifest = createRequire(join(template, 'package.json')).resolve('@molecule/runtime/package.json');
  const { bin } = JSON.parse(await readFile(manifest, 'utf8'));
  return join(dirname(manifest), bin.molecule);
}

test('the built template starts from an empty home with the Hermes that the setup installed, answers, and leaves no process', async () => {
  await using workspace = await makeWorkspace();
  await using model = await startScriptedModel();
  const home = join(workspace.root, 'home');
  await mkdir(home);
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    // All tests share one installation. setup-script.test.ts shows that it works from an empty home too.
    XDG_CACHE_HOME: CACHE_HOME,
    ADAPTER_MODULE: './dist/index.js',
    MOLECULE_STATE_DIR: workspace.stateDir,
    MOLECULE_TEMPORAL: 'off',
    OPENAI_BASE_URL: `${model.url}/v1`,
    PORT: '0',
  };
  const setup = join(template, 'scripts', 'setup.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [setup, '--when-needed'], { env: environment });
  expect(stdout).toBe('');

  const agent = spawn(process.execPath, [await molecule(), 'start'], { cwd: template, env: environment });
  let output = '';
  for (const stream of [agent.stdout, agent.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(agent, 'exit');
  const addressIn = () => /\burl"?[: ]+"?(http:\/\/[\d.:]+)/.exec(output)?.[1];
  await until(() => addressIn() !== undefined || agent.exitCode !== null, `an address in:\n${output}`);
  const url = addressIn() ?? `none: ${output}`;
  const card = await (await fetch(`${url}/.well-known/agent-card.json`)).json();
  expect(card).toMatchObject({ name: 'Hermes Agent' });
  const message = { kind: 'message', role: 'user', messageId: 'hello', parts: [{ kind: 'text', text: 'Hello!' }] };
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'message/send', params: { message } }),
  });
  expect(JSON.stringify(await reply.json())).toContain('echo: Hello!');
  agent.kill('SIGTERM');
  await ended;
  expect(await processesWithEnvironment({ HERMES_HOME: join(workspace.stateDir, 'engine', 'hermes', 'home') })).toEqual(
    [],
  );
});
