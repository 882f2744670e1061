// What differs between machines: the program’s path, its user, and the model’s key.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { checkRunnable } from '../src/cli/executable.js';
import { answerOf, messageTurn, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

const PATH = process.env['PATH'];

test.each([
  ['ANTHROPIC_API_KEY', 'x-api-key', 'the-key'],
  ['ANTHROPIC_AUTH_TOKEN', 'authorization', 'Bearer the-key'],
  ['CLAUDE_CODE_OAUTH_TOKEN', 'authorization', 'Bearer the-key'],
])('%s is sent to the provider, and not to the agent’s commands', async (name, header, value) => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const environment = { PATH, [name]: 'the-key', ANTHROPIC_BASE_URL: model.url };
  await using engine = await makeEngine(workspace, { config: { permissions: { allow: ['Bash'] } }, environment });
  const print = { tool: 'Bash', input: { command: 'env' } };
  const answer = answerOf(await run(engine, messageTurn('c', script(print, { text: 'so: $TOOL' }))));
  const asked = model.requests.find(({ path }) => path === '/v1/messages');
  expect(asked?.headers[header]).toBe(value);
  expect(answer).toContain('so: ');
  expect(answer).not.toContain('the-key');
});

test('Bedrock is called with the keys of AWS, and no command of the agent receives them', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const environment = {
    PATH,
    CLAUDE_CODE_USE_BEDROCK: '1',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ANTHROPIC_BEDROCK_BASE_URL: model.url,
  };
  await using engine = await makeEngine(workspace, { config: { max_retries: 0 }, environment });
  // The scripted model does not implement Bedrock. The test checks only the request.
  await run(engine, messageTurn('c', 'hello')).catch(() => undefined);
  const asked = model.requests.find(({ path }) => path.startsWith('/model/'));
  expect(asked?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d+\/eu-central-1\//);
});

test('Vertex is called with the configured project and region', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const environment = {
    PATH,
    CLAUDE_CODE_USE_VERTEX: '1',
    CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
    ANTHROPIC_VERTEX_PROJECT_ID: 'the-project',
    CLOUD_ML_REGION: 'europe-west1',
    ANTHROPIC_VERTEX_BASE_URL: model.url,
  };
  await using engine = await makeEngine(workspace, { config: { max_retries: 0 }, environment });
  await run(engine, messageTurn('c', 'hello')).catch(() => undefined);
  expect(model.requests.map(({ path }) => path).join()).toContain('projects/the-project/locations/europe-west1');
});

test('folder names with special characters of URLs and patterns work', async () => {
  await using model = await startScriptedModel();
  await using outer = await makeWorkspace();
  const root = join(outer.root, 'a #b ?c %41 [d]');
  const folders = { workDir: join(root, 'work'), stateDir: join(root, 'state'), configDir: join(root, 'config') };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  const made: TestWorkspace = { ...outer, ...folders };
  const options = { endpoint: model.endpoint, config: { permissions: { allow: ['Bash'] } } };
  const turn = messageTurn('c', script({ tool: 'Bash', input: { command: 'touch made; pwd' } }, { text: '$TOOL' }));
  {
    await using engine = await makeEngine(made, options);
    expect(answerOf(await run(engine, turn))).toContain('a #b ?c %41 [d]/work');
  }
  await using engine = await makeEngine(made, options);
  const again = script({ text: 'people have spoken $TURNS times' });
  expect(answerOf(await run(engine, messageTurn('c', again)))).toContain('spoken 2 times');
});

test('the SDK loads if the user has no home directory', async () => {
  const program = `
    import os from 'node:os';
    import { syncBuiltinESMExports } from 'node:module';
    os.homedir = () => { throw new Error('uv_os_homedir returned ENOENT'); };
    syncBuiltinESMExports();
    const { loadSdk } = await import(${JSON.stringify(new URL('../src/cli/load-sdk.ts', import.meta.url).href)});
    console.log(typeof (await loadSdk('/somewhere')).query, os.homedir());
  `;
  const options = ['--experimental-strip-types', '--input-type=module', '--eval', program];
  const runNode = promisify(execFile)(process.execPath, options);
  expect((await runNode).stdout.trim()).toBe('function /somewhere');
});

test('if the program is not executable, the boot fails with an error that names the remedy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'claude-code-'));
  try {
    const program = join(folder, 'claude');
    await copyFile('/bin/true', program);
    await checkRunnable(program);
    await chmod(program, 0o644);
    await expect(checkRunnable(program)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: false,
      message: expect.stringContaining(program),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
