import { existsSync } from 'node:fs';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cachedEnvironment, hermesIn } from '../scripts/setup/environment.mjs';
import { isAlive, processesWithEnvironment } from '../src/process/process-tree.js';
import { gatewayOf, killGateway, until } from './support/gateway.js';
import { playAndKill } from './support/play-and-kill.js';
import { finalText, message, play, script } from './support/turns.js';
import { CACHE_HOME, makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

let model: ScriptedModel;

beforeAll(async () => {
  model = await startScriptedModel();
});

afterAll(() => model.stop());

const ofWorkspace = ({ stateDir }: TestWorkspace) =>
  processesWithEnvironment({ HERMES_HOME: join(stateDir, 'hermes', 'home') });

test('starts a gateway with a random key, restarts it when it dies, and ends all its processes', async () => {
  await using workspace = await makeWorkspace('molecule hermes #1 ?x=%41-');
  // A path with special characters and a missing home directory must not matter.
  const environment = { OPENAI_API_KEY: 'sk-the-runtime-knows', GREETING: 'hello', HOME: '/dev/null/missing' };
  const settings = { pass_environment: ['GREETING'] };
  const engine = await openEngine(workspace, model, { environment, settings });
  const first = await gatewayOf(workspace);
  expect((await stat(workspace.gatewayRecord)).mode & 0o777).toBe(0o600);
  expect((await stat(join(workspace.stateDir, 'hermes', 'home', 'config.yaml'))).mode & 0o777).toBe(0o600);
  const stranger = await fetch(`http://127.0.0.1:${first.port}/v1/capabilities`);
  expect(stranger.status).toBe(401);

  const show = message(script({ tool: 'terminal', input: { command: 'env' } }, { text: '$TOOL' }));
  const shown = finalText(await play(engine, show)) ?? '';
  expect(shown).not.toContain('sk-the-runtime-knows');
  expect(shown).not.toContain(first.apiKey);
  const result = await play(
    engine,
    message(script({ tool: 'terminal', input: { command: 'echo $GREETING' } }, { text: '$TOOL' })),
  );
  expect(finalText(result)).toContain('hello');

  await killGateway(workspace);
  expect(finalText(await play(engine, message('good morning')))).toBe('echo: good morning');
  const second = await gatewayOf(workspace);
  expect(second.pid).not.toBe(first.pid);
  expect(second.apiKey).not.toBe(first.apiKey);

  await engine[Symbol.asyncDispose]();
  expect(isAlive(second.pid)).toBe(false);
  expect(await ofWorkspace(workspace)).toEqual([]);
  await expect(stat(workspace.gatewayRecord)).rejects.toThrow('ENOENT');
});

test('memory outlives the gateway and the runtime; a gateway with another configuration is not reused', async () => {
  await using workspace = await makeWorkspace();
  const turn = message(script({ text: 'the word is swordfish' }));
  await playAndKill(workspace, model, turn, 'finish');
  const orphan = await gatewayOf(workspace);
  expect(isAlive(orphan.pid)).toBe(true);

  const engine = await openEngine(workspace, model, { settings: { max_steps: 7 } });
  const { pid } = await gatewayOf(workspace);
  expect(pid).not.toBe(orphan.pid);
  expect(isAlive(orphan.pid)).toBe(false);
  const page = await engine.transcript?.({ contextId: turn.contextId, since: 0, limit: 10 });
  expect(page?.entries.at(-1)?.text).toBe('the word is swordfish');

  await using guest = await openEngine(workspace, model, {
    environment: {
      HERMES_API_BASE: `http://127.0.0.1:${(await gatewayOf(workspace)).port}/`,
      HERMES_API_KEY: (await gatewayOf(workspace)).apiKey,
    },
  });
  expect(finalText(await play(guest, message('good evening')))).toBe('echo: good evening');
  await guest[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(true);

  const wrongKey = {
    HERMES_API_BASE: `http://127.0.0.1:${(await gatewayOf(workspace)).port}`,
    HERMES_API_KEY: 'wrong',
  };
  await expect(openEngine(workspace, model, { environment: wrongKey })).rejects.toThrow('refused HERMES_API_KEY');
  await engine[Symbol.asyncDispose]();
  expect(await ofWorkspace(workspace)).toEqual([]);
});

test('replicas share one Hermes: when one replica ends, turns of the other continue; the last replica ends Hermes', async () => {
  await using workspace = await makeWorkspace();
  const first = await openEngine(workspace, model);
  const { pid } = await gatewayOf(workspace);
  const second = await openEngine(workspace, model);
  expect((await gatewayOf(workspace)).pid).toBe(pid);
  const turn = message(script({ tool: 'terminal', input: { command: 'echo ran >> runs; sleep 3' } }, { text: 'over' }));
  const running = play(second, turn);
  await until(() => existsSync(join(workspace.workDir, 'runs')), 'the tool of the second to begin');
  await first[Symbol.asyncDispose]();
  expect(finalText(await running)).toBe('over');
  expect(await readFile(join(workspace.workDir, 'runs'), 'utf8')).toBe('ran\n');

  const third = await openEngine(workspace, model);
  await killGateway(workspace);
  const both = await Promise.all([play(second, message('good morning')), play(third, message('good evening'))]);
  expect(both.map(finalText)).toEqual(['echo: good morning', 'echo: good evening']);
  const again = await gatewayOf(workspace);
  expect((await ofWorkspace(workspace)).filter((id) => id !== again.pid)).toEqual([]);
  await second[Symbol.asyncDispose]();
  expect(finalText(await play(third, message('good night')))).toBe('echo: good night');
  await third[Symbol.asyncDispose]();
  expect(await ofWorkspace(workspace)).toEqual([]);
});

test('a replica with another configuration does not end a Hermes in use, and starts its own after the last user has ended', async () => {
  await using workspace = await makeWorkspace();
  const old = await openEngine(workspace, model);
  const { pid } = await gatewayOf(workspace);
  const changed = await openEngine(workspace, model, { settings: { max_steps: 7 } });
  expect(finalText(await play(changed, message('good morning')))).toBe('echo: good morning');
  expect(isAlive(pid)).toBe(true);
  await old[Symbol.asyncDispose]();
  await until(async () => !isAlive(pid) && (await changed.check?.())?.ok === true, 'a Hermes of its own');
  expect(await readFile(join(workspace.stateDir, 'hermes', 'home', 'config.yaml'), 'utf8')).toContain('"max_turns": 7');
  await changed[Symbol.asyncDispose]();
  expect(await ofWorkspace(workspace)).toEqual([]);
});

test('reports that no Hermes answers at HERMES_API_BASE', async () => {
  await using workspace = await makeWorkspace();
  const settings = { start_timeout_seconds: 0.3 };
  const unreachable = { HERMES_API_BASE: 'http://127.0.0.1:9' };
  await expect(openEngine(workspace, model, { settings, environment: unreachable })).rejects.toThrow(
    'No Hermes answered',
  );
  const noAddress = { HERMES_API_BASE: 'localhost' };
  await expect(openEngine(workspace, model, { settings, environment: noAddress })).rejects.toThrow(
    'must be an address',
  );
});

test('reports why a gateway does not start, with the end of its log', async () => {
  await using workspace = await makeWorkspace();
  const broken = await program(workspace, 'echo "no module named hermes" >&2; exit 4');
  await expect(openEngine(workspace, model, { settings: { hermes_command: broken } })).rejects.toThrow(
    /ended while starting \(exit code 4\)[\s\S]*no module named hermes/,
  );
});

test('reports a program that is not executable, is not a program, or is an old Hermes', async () => {
  await using workspace = await makeWorkspace();
  const forbidden = await program(workspace, 'exit 0');
  await chmod(forbidden, 0o644);
  const open = (hermes_command: string) => openEngine(workspace, model, { settings: { hermes_command } });
  await expect(open(forbidden)).rejects.toMatchObject({
    code: 'HERMES_COMMAND_UNUSABLE',
    message: expect.stringContaining('may not be executed'),
  });
  const garbled = await program(workspace, '');
  await writeFile(garbled, '#!/no/such/interpreter\n');
  await expect(open(garbled)).rejects.toMatchObject({ code: 'HERMES_COMMAND_UNUSABLE' });
  await expect(open(workspace.root)).rejects.toMatchObject({ code: 'HERMES_COMMAND_UNUSABLE' });

  // An older API server, without the pages that the template needs.
  const old = `exec ${process.execPath} -e "require('http').createServer((_, a) => { a.statusCode = 404; a.end('{}'); }).listen(process.env.API_SERVER_PORT, '127.0.0.1')"`;
  await expect(open(await program(workspace, old))).rejects.toMatchObject({ code: 'HERMES_VERSION_UNSUPPORTED' });
  expect(await ofWorkspace(workspace)).toEqual([]);
});

test('fails after the start timeout if a gateway never answers', async () => {
  await using workspace = await makeWorkspace();
  const silent = await program(workspace, 'sleep 300');
  const settings = { hermes_command: silent, start_timeout_seconds: 0.5 };
  await expect(openEngine(workspace, model, { settings })).rejects.toThrow('did not answer within 0.5 s');
  expect(await ofWorkspace(workspace)).toEqual([]);
});

test('if a gateway does not restart, turns fail, and stopping the engine does not wait for it', async () => {
  await using workspace = await makeWorkspace();
  const { path, receipt } = cachedEnvironment(join(import.meta.dirname, '..'), { XDG_CACHE_HOME: CACHE_HOME });
  const real = hermesIn(path, receipt);
  const once = await program(
    workspace,
    `test -f ${workspace.root}/was-here && exit 9\ntouch ${workspace.root}/was-here\nexec ${real} "$@"`,
  );
  const engine = await openEngine(workspace, model, { settings: { hermes_command: once } });
  await killGateway(workspace);
  await until(
    async () => (await readFile(join(workspace.stateDir, 'hermes', 'gateway.log'), 'utf8')) === '',
    'a restart',
  );
  expect(await engine.check?.()).toMatchObject({ ok: false });
  await engine[Symbol.asyncDispose]();
  expect(await ofWorkspace(workspace)).toEqual([]);
});

/** A program that runs instead of `hermes`. */
async function program(workspace: TestWorkspace, body: string): Promise<string> {
  const path = join(workspace.root, `hermes-${Math.random().toString(36).slice(2)}`);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}
