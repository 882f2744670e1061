import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import type { CheckResult } from '../../src/cli/doctor/check.js';
import { type CliEnvironment, ECHO, runCli, startAgent, writeTemplate } from './run-cli.js';

// Each starts processes; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

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

test('a sound workspace ends with 0, and every part was looked at', async () => {
  const report = await examine();
  expect(report).toMatchObject({ code: 0, ok: true });
  expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
    ['config', 'ok'],
    ['adapter', 'ok'],
    ['engine', 'ok'],
    ['port', 'ok'],
    ['task store', 'ok'],
    ['temporal', 'ok'],
    ['platform', 'ok'],
  ]);
});

test('people read one line a check, and the remedy below it', async () => {
  await using directory = await writeTemplate();
  const { code, stdout } = await runCli(['doctor', directory.path], { ...ECHO, MOLECULE_TASK_STORE: 'memory' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {4}config {6}\/.*config\.yaml: Echo 1\.0\.0, runtime echo$/m);
  expect(stdout).toMatch(/^warn {2}task store {2}in memory.*\n +-> unset MOLECULE_TASK_STORE$/m);
});

test('a command in what was found can be pasted, as one in a remedy can', async () => {
  await using directory = await writeTemplate();
  const { code, stdout } = await runCli(['doctor', directory.path], { ...ECHO, ECHO_NEEDS: 'ECHO_KEY' });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fail {2}engine .*set ECHO_KEY\.\n.* \S+cli\.js start --dev/m);
});

describe('what is wrong ends with 1 and has a remedy', () => {
  test('every problem of the configuration', async () => {
    const report = await examine({ PORT: 'x' }, 'modle: x\ntools: 3\n');
    expect(report).toMatchObject({ code: 1, ok: false });
    expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
      ['config', 'fail'],
      ['config', 'fail'],
    ]);
    expect(report.checks[0]?.remedy).toContain('did you mean `model`');
  });

  test('the adapter; the rest is looked at all the same', async () => {
    const report = await examine({ ADAPTER_MODULE: './gone.js' });
    expect(report.code).toBe(1);
    expect(find(report, 'adapter')).toMatchObject({ status: 'fail', detail: expect.stringContaining('./gone.js') });
    expect(find(report, 'engine')).toBeUndefined();
    expect(find(report, 'task store')?.status).toBe('ok');
  });

  test('a state directory that cannot be written to', async () => {
    const report = await examine({ MOLECULE_STATE_DIR: '/dev/null/state' });
    expect(report.code).toBe(1);
    expect(find(report, 'task store')).toMatchObject({ status: 'fail', remedy: expect.any(String) });
  });

  test('a port that another program has taken', async () => {
    const server = createServer((_request, response) => response.end('no agent'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const report = await examine({ PORT: String(port) });
    server.close();
    expect(report.code).toBe(1);
    expect(find(report, 'port')).toMatchObject({ status: 'fail', detail: expect.stringContaining('another program') });
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

describe('what can be lived with is a warning', () => {
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

  test('an agent that runs already, whose engine is left alone', async () => {
    await using agent = await startAgent();
    const { port } = new URL(agent.url);
    const { code, stdout } = await runCli(['doctor', agent.directory, '--json'], { ...ECHO, PORT: port });
    const report: Report = { code, ...(JSON.parse(stdout) as Omit<Report, 'code'>) };
    expect(code).toBe(0);
    expect(find(report, 'port')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('runs already, Echo'),
    });
    expect(find(report, 'engine')?.status).toBe('warn');
  });
});
