import { describe, expect, test } from 'vitest';
import { assertNodeVersion } from '../../src/cli/host/node-version.js';
import { OwnCommand } from '../../src/cli/host/own-command.js';
import { reportError } from '../../src/cli/host/report-error.js';
import { writeConfig } from '../settings/config/write-config.js';
import { runCli } from './run-cli.js';

describe('an invalid command line ends with 2, one line, and no stack', () => {
  test.each([
    [['strat'], 'Unknown command "strat". Did you mean start?'],
    [['zzzzzz'], /^USAGE: Unknown command "zzzzzz"\. See: \S+ \S+cli\.js --help$/m],
    [['start', '--prot', '1'], 'Unknown option --prot. Did you mean --port?'],
    [['start', '--demo-modle'], 'Unknown option --demo-modle. Did you mean --demo-model?'],
    [['--frobnicate'], 'Unknown option --frobnicate'],
    [['start', '--port'], 'value is missing'],
    [['start', '--port', '65536'], '--port wants a whole number from 0 to 65535'],
    [['start', 'a', 'b'], 'Unexpected argument "b". Usage: '],
    [['send'], 'Missing argument <url>. Usage: '],
    [['send', 'http://localhost:1'], 'There is no message'],
    [['send', 'http://localhost:1', '--file', '/nonexistent.png'], 'cannot be read: ENOENT'],
    [['task'], 'Missing argument <url>. Usage: '],
    [['task', 'http://localhost:1', '--cancel'], '--cancel wants the id of a task.'],
    [['send', 'localhost', 'hello'], 'is not the URL of an agent'],
  ])('%j: %s', async (args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

test.each([[[]], [['--help']], [['start', '--help']]])('%j shows help', async (args) => {
  const { code, stdout } = await runCli(args);
  expect(code).toBe(0);
  expect(stdout).toContain('--help');
  expect(stdout).toContain('start');
});

test('version names the versions, also for programs', async () => {
  const text = await runCli(['version']);
  expect(text).toMatchObject({ code: 0, stdout: expect.stringMatching(/^molecule \d+\.\d+\.\d+\n/) });
  expect((await runCli(['--version'])).stdout).toBe(text.stdout);
  const json = await runCli(['version', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ molecule: expect.any(String), node: process.versions.node });
});

describe('an invalid configuration ends start with 1, and no stack', () => {
  test('if it is missing', async () => {
    const { code, stderr } = await runCli(['start', '/nonexistent-workspace']);
    expect(code).toBe(1);
    expect(stderr).toContain('CONFIG_NOT_FOUND');
    expect(stderr).toContain('/nonexistent-workspace');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('if it has problems, with all of them', async () => {
    await using directory = await writeConfig('name: Echo\nruntimes: echo\na2a: { port: x }\n');
    const { code, stderr } = await runCli(['start'], { WORKSPACE_CONFIG_PATH: directory.path });
    expect(code).toBe(1);
    expect(stderr).toContain('3 problems');
    expect(stderr).toContain(`${directory.path}/config.yaml:2:1`);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('if the environment has problems', async () => {
    await using directory = await writeConfig('name: Echo\nruntime: echo\n');
    const { code, stderr } = await runCli(['start', directory.path], { MOLECULE_HOST: '0.0.0.0' });
    expect(code).toBe(1);
    expect(stderr).toContain('MOLECULE_ALLOW_ANONYMOUS=1');
  });

  test('with the stack if LOG_LEVEL=debug', async () => {
    const { stderr } = await runCli(['start', '/nonexistent-workspace'], { LOG_LEVEL: 'debug' });
    expect(stderr).toMatch(/^ +at /m);
  });
});

test('an unexpected error names the setting for details', () => {
  let output = '';
  const stderr = { write: (text: string) => (output += text) };
  const environment = { configPath: undefined, token: undefined, debug: false, jsonLines: false, color: false };
  reportError(new TypeError('x is not a function'), { stderr, command: new OwnCommand('molecule', []) }, environment);
  expect(output).toBe(
    'Unexpected error: x is not a function\nRun it again with LOG_LEVEL=debug to see where it happened.\n',
  );
});

test.each(['20.20.2', '22.15.1', '18.0.0'])('Node %s is refused', (version) => {
  expect(() => assertNodeVersion(version)).toThrow(`this is ${version}`);
});

test.each(['22.16.0', '22.18.1', '24.0.0', '25.1.0-nightly'])('Node %s is accepted', (version) => {
  expect(() => assertNodeVersion(version)).not.toThrow();
});
