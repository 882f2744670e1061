import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/boot/diagnose/check.js';
import { installConsole } from '../support/console-package.js';
import { startOidcServer } from '../support/oidc-server.js';
import { type CliEnvironment, ECHO, runCli, startAgent, writeTemplate } from './run-cli.js';

interface Report {
  readonly code: number | null;
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

async function examine(environment: CliEnvironment = {}, more = ''): Promise<Report> {
  await using directory = await writeTemplate(more);
  const { code, stdout } = await runCli(['doctor', directory.path, '--json'], { ...ECHO, ...environment });
  return { code, ...(JSON.parse(stdout) as Omit<Report, 'code'>) };
}

function find(report: Report, name: string): CheckResult | undefined {
  return report.checks.find((check) => check.name === name);
}

test('a valid workspace ends with 0 after all checks', async () => {
  const report = await examine();
  expect(report).toMatchObject({ code: 0, ok: true });
  expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
    ['config', 'ok'],
    ['adapter', 'ok'],
    ['engine', 'ok'],
    ['port', 'ok'],
    ['task store', 'ok'],
    ['space', 'ok'],
    ['temporal', 'ok'],
    ['platform', 'ok'],
  ]);
});

test('a console that is switched on needs its package', async () => {
  await using directory = await writeTemplate();
  const consoleOf = async () => {
    const { stdout } = await runCli(['doctor', directory.path, '--json'], { ...ECHO, MOLECULE_CONSOLE: 'on' });
    return (JSON.parse(stdout) as Report).checks.find(({ name }) => name === 'console');
  };
  expect(await consoleOf()).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('npm install @molecule/console'),
  });
  await installConsole(directory.path);
  expect(await consoleOf()).toMatchObject({ status: 'ok' });
});

test('the text output has one line for each check, with the remedy below it', async () => {
  await using directory = await writeTemplate();
  const { code, stdout } = await runCli(['doctor', directory.path], { ...ECHO, MOLECULE_TASK_STORE: 'memory' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {4}config {6}\/.*config\.yaml: Echo 1\.0\.0, runtime echo$/m);
  expect(stdout).toMatch(/^warn {2}task store {2}in memory.*\n +-> unset MOLECULE_TASK_STORE$/m);
});

test('a large store without retention is a warning that says what uses the space', async () => {
  await using directory = await writeTemplate();
  const blobs = join(directory.path, '.molecule', 'blobs', 'ab');
  await mkdir(blobs, { recursive: true });
  await writeFile(join(blobs, 'large'), '');
  // A file with a hole has this size, and takes no space.
  await truncate(join(blobs, 'large'), 3 * 1024 ** 3);
  const spaceOf = async (environment: CliEnvironment) => {
    const { stdout } = await runCli(['doctor', directory.path, '--json'], { ...ECHO, ...environment });
    const { checks } = JSON.parse(stdout) as Report;
    return checks.find(({ name }) => name === 'space');
  };
  const warned = await spaceOf({});
  expect(warned?.status).toBe('warn');
  expect(warned?.detail).toMatch(/^3\.0 GiB.*, 0 tasks; no retention of tasks is set/);
  expect(warned?.remedy).toContain('retention: { tasks: 30d }');
  expect(await spaceOf({ MOLECULE_RETENTION_TASKS: '30d' })).toMatchObject({ status: 'ok' });
});

test('a command in a finding can be pasted, like one in a remedy', async () => {
  await using directory = await writeTemplate();
  const { code, stdout } = await runCli(['doctor', directory.path], { ...ECHO, ECHO_NEEDS: 'ECHO_KEY' });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fail {2}engine .*set ECHO_KEY\.\n.* \S+cli\.js start --dev/m);
});

describe('a fault ends with 1 and has a remedy', () => {
  test('every problem of the configuration', async () => {
    const report = await examine({ PORT: 'x' }, 'modle: x\ntools: 3\n');
    expect(report).toMatchObject({ code: 1, ok: false });
    expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
      ['config', 'fail'],
      ['config', 'fail'],
    ]);
    expect(report.checks[0]?.remedy).toContain('did you mean `model`');
  });

  test('the adapter; the other checks run nevertheless', async () => {
    const report = await examine({ ADAPTER_MODULE: './gone.js' });
    expect(report.code).toBe(1);
    expect(find(report, 'adapter')).toMatchObject({ status: 'fail', detail: expect.stringContaining('./gone.js') });
    expect(find(report, 'engine')).toBeUndefined();
    expect(find(report, 'task store')?.status).toBe('ok');
  });

  test('the adapter that package.json names is not there: the message names package.json, and not ADAPTER_MODULE', async () => {
    await using directory = await writeTemplate();
    await writeFile(join(directory.path, 'package.json'), '{ "exports": "./gone.js" }');
    const { code, stdout } = await runCli(['doctor', directory.path]);
    expect(code).toBe(1);
    expect(stdout).toContain('setting:    the entry point in package.json = "./gone.js"');
    expect(stdout).toContain('what to do: correct the entry point in package.json;');
  });

  test('a state directory that cannot be written to', async () => {
    const report = await examine({ MOLECULE_STATE_DIR: '/dev/null/state' });
    expect(report.code).toBe(1);
    expect(find(report, 'task store')).toMatchObject({ status: 'fail', remedy: expect.any(String) });
  });

  test('a port in use by another program', async () => {
    const server = createServer((_request, response) => response.end('no agent'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const inUse = { status: 'fail', detail: expect.stringContaining('another program') };
    const [report, ofGrpc] = await Promise.all([
      examine({ PORT: String(port) }),
      examine({ MOLECULE_GRPC_PORT: String(port) }),
    ]);
    server.close();
    expect([report.code, ofGrpc.code]).toEqual([1, 1]);
    expect(find(report, 'port')).toMatchObject(inUse);
    expect(find(ofGrpc, 'port')).toMatchObject({ status: 'ok' });
    expect(find(ofGrpc, 'grpc')).toMatchObject({ ...inUse, remedy: expect.stringContaining('MOLECULE_GRPC_PORT') });
  });

  test('a Temporal that is required', async () => {
    const report = await examine({ MOLECULE_TEMPORAL: 'required', TEMPORAL_HOST: '127.0.0.1:1' });
    expect(report.code).toBe(1);
    expect(find(report, 'temporal')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('ECONNREFUSED'),
      remedy: 'start Temporal there, or correct TEMPORAL_HOST',
    });
  });
});

describe('a lesser fault is a warning', () => {
  test('no Temporal, and a platform that does not answer', async () => {
    const report = await examine({
      MOLECULE_TEMPORAL: 'auto',
      TEMPORAL_HOST: '127.0.0.1:1',
      PLATFORM_URL: 'http://127.0.0.1:49',
      MOLECULE_XYZ: '1',
    });
    expect(report).toMatchObject({ code: 0, ok: true });
    const warnings = report.checks.filter(({ status }) => status === 'warn');
    expect(warnings.map(({ name }) => name)).toEqual(['config', 'temporal', 'platform']);
    for (const { remedy } of warnings) expect(remedy).toBeTruthy();
  });

  test('an agent that is already running, whose engine is not started again', async () => {
    await using agent = await startAgent();
    const { port } = new URL(agent.url);
    const { code, stdout } = await runCli(['doctor', agent.directory, '--json'], { ...ECHO, PORT: port });
    const report: Report = { code, ...(JSON.parse(stdout) as Omit<Report, 'code'>) };
    expect(code).toBe(0);
    expect(find(report, 'port')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('in use by a running agent, Echo'),
    });
    expect(find(report, 'engine')?.status).toBe('warn');
  });

  test.each(['sqlite', 'memory'])(
    'an agent on another port with the same state directory, tasks in %s',
    async (store) => {
      const environment = { MOLECULE_TASK_STORE: store };
      await using agent = await startAgent(environment);
      const { stdout } = await runCli(['doctor', agent.directory, '--json'], { ...ECHO, ...environment });
      const report: Report = { code: 0, ...(JSON.parse(stdout) as Omit<Report, 'code'>) };
      expect(find(report, 'port')?.status).toBe('ok');
      expect(find(report, 'engine')).toMatchObject({
        status: 'warn',
        detail: expect.stringContaining(`an agent is running on the state directory ${agent.directory}`),
      });
    },
  );
});

test('an issuer that does not answer is a warning, and one that does is named with its keys', async () => {
  await using issuer = await startOidcServer();
  const environment = { MOLECULE_OIDC_AUDIENCE: 'agent', MOLECULE_OIDC_ISSUER: `${issuer.issuer},http://127.0.0.1:9` };
  const { code, checks } = await examine(environment);
  expect(code).toBe(0);
  const found = checks.filter(({ name }) => name === 'issuer');
  expect(found.map(({ status }) => status)).toEqual(['ok', 'warn']);
  expect(found[0]?.detail).toBe(`${issuer.issuer} has 1 key`);
  expect(found[1]?.remedy).toContain('MOLECULE_OIDC_ISSUER');
});
