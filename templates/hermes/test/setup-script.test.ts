import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { until } from './support/gateway.js';
import { makeWorkspace, type TestWorkspace } from './support/workspace.js';

const run = promisify(execFile);
const setup = fileURLToPath(new URL('../scripts/setup.mjs', import.meta.url));

// Every other test of this template uses the real installation. Here a script replaces Python and records its arguments.
// VERSION, MODULES and SECONDS set the version, the modules, and how long an installation takes.
const PYTHON = `#!/bin/sh
case "$*" in
  "-c "*) echo "{\\"version\\": [3, \${VERSION:-12}], \\"modules\\": [\${MODULES:-\\"venv\\", \\"ensurepip\\", \\"pip\\"}]}";;
  *"-m venv "*) eval dir=\\"\\\${$#}\\"; mkdir -p "$dir/bin" && cp "$0" "$dir/bin/python"; echo "$*" >> "$dir/asked.txt";;
  *"pip"*"install"*) for a in "$0" "$@"; do case "$a" in */bin/python) bin=$(dirname "$a");; esac; done
    sleep \${SECONDS_LONG:-0}; echo "$*" >> "$bin/../asked.txt"; touch "$bin/hermes"; chmod +x "$bin/hermes";;
esac
`;

interface Machine {
  readonly home: string;
  /** Runs the setup as a user of this machine does. */
  setup(args: string[], environment?: Record<string, string>): Promise<{ stdout: string; stderr: string }>;
  environment(more?: Record<string, string>): Record<string, string>;
}

/** A machine with an empty home directory. Its only Python is the replacement, or it has none. */
async function machine(workspace: TestWorkspace, { python = true } = {}): Promise<Machine> {
  const bin = join(workspace.root, 'bin');
  const home = join(workspace.root, 'home');
  await mkdir(bin, { recursive: true });
  await mkdir(home, { recursive: true });
  for (const tool of ['sh', 'mkdir', 'cp', 'touch', 'chmod', 'dirname', 'sleep']) {
    const { stdout } = await run('sh', ['-c', `command -v ${tool}`]);
    await symlink(stdout.trim(), join(bin, tool)).catch(() => {}); // It exists if this is the second machine of the workspace.
  }
  if (python) {
    await writeFile(join(bin, 'python3'), PYTHON);
    await chmod(join(bin, 'python3'), 0o755);
  }
  const environment = (more = {}) => ({ PATH: bin, HOME: home, ...more });
  return {
    home,
    environment,
    setup: (args, more) => run(process.execPath, [setup, ...args], { env: environment(more) }),
  };
}

async function environments({ home }: Machine): Promise<string[]> {
  return readdir(join(home, '.cache', 'molecule', 'hermes')).catch(() => []);
}

test('installs pinned versions of everything once for all projects of a user, and again if an installation is incomplete', async () => {
  await using workspace = await makeWorkspace();
  const one = await machine(workspace);
  expect((await one.setup([])).stdout).toContain('Hermes is installed');
  const [name = ''] = (await environments(one)).filter((entry) => !entry.includes('.env-'));
  const path = join(one.home, '.cache', 'molecule', 'hermes', name);
  expect(name).toMatch(/^0\.19\.0-[0-9a-f]{12}-/);
  expect(await readFile(join(path, 'asked.txt'), 'utf8')).toMatch(/--requirement \S+ --constraint \S+/);
  const constraints = await readFile(join(dirname(setup), 'setup', 'constraints.txt'), 'utf8');
  expect(constraints.split('\n').filter((line) => line && !/^#|^[\w.-]+==[\w.]+$/.test(line))).toEqual([]);
  expect((await one.setup([])).stdout).toContain('Hermes is there');
  expect((await one.setup(['--when-needed'])).stdout).toBe('');

  await rm(join(path, 'installed.txt'));
  expect((await one.setup([])).stdout).toContain('Hermes is installed');
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
});

test('two installations at once both end with a complete Hermes, and leave one', async () => {
  await using workspace = await makeWorkspace();
  const one = await machine(workspace);
  const both = await Promise.all([one.setup([]), one.setup([], { SECONDS_LONG: '1' })]);
  expect(both.map(({ stdout }) => /installed: (.*)/.exec(stdout)?.[1])).toEqual([
    expect.any(String),
    expect.any(String),
  ]);
  expect((await one.setup(['--check'])).stderr).toBe('');
  expect((await environments(one)).filter((entry) => entry.includes('.env-'))).toHaveLength(1);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'an installation that gets %s halfway leaves no incomplete installation',
  async (signal) => {
    await using workspace = await makeWorkspace();
    const one = await machine(workspace);
    const child = spawn(process.execPath, [setup], { env: one.environment({ SECONDS_LONG: '30' }), detached: true });
    await until(async () => (await environments(one)).some((entry) => entry.includes('.env-')), 'an installation');
    const ended = once(child, 'exit');
    if (signal === 'SIGTERM') child.kill(signal);
    else process.kill(-(child.pid ?? 0), signal);
    await ended;
    if (signal === 'SIGTERM') expect(await environments(one)).toEqual([]);
    expect((await one.setup([])).stdout).toContain('Hermes is installed');
    expect(await environments(one)).toHaveLength(2);
  },
);

test("without ensurepip, the machine's pip installs Hermes", async () => {
  await using workspace = await makeWorkspace();
  const one = await machine(workspace);
  const { stdout } = await one.setup([], { MODULES: '"venv", "pip"' });
  const hermes = /installed: (.*)\/bin\/hermes/.exec(stdout)?.[1] ?? '';
  expect(await readFile(join(hermes, 'asked.txt'), 'utf8')).toMatch(
    /-m venv --without-pip[\s\S]*-m pip --python \S+ install/,
  );
});

test('reports in one line, with a code, what is missing, before anything is downloaded', async () => {
  await using workspace = await makeWorkspace();
  const bare = await machine(workspace, { python: false });
  const line = /^HERMES_NEEDS_PYTHON: Hermes needs Python 3\.11 to 3\.13 with venv or pip; .*\n$/;
  const missing = await bare.setup(['--check', '--when-needed']).catch((error) => error);
  expect(missing.stderr).toMatch(line);
  expect(missing.stderr).toContain('no Python was found');

  const one = await machine(workspace);
  for (const [environment, what] of [
    [{ VERSION: '9' }, '"python3" is 3.9'],
    [{ VERSION: '14' }, '"python3" is 3.14'],
    [{ MODULES: '"venv"' }, '"python3" has neither'],
  ] as const) {
    const refused = await one.setup(['--check', '--when-needed'], environment).catch((error) => error);
    expect(refused.stderr).toMatch(line);
    expect(refused.stderr).toContain(what);
  }
  expect(await environments(one)).toEqual([]);
});

test('if the project uses another Hermes, nothing is installed', async () => {
  await using workspace = await makeWorkspace();
  const bare = await machine(workspace, { python: false });
  await bare.setup(['--when-needed'], { HERMES_API_BASE: 'http://127.0.0.1:1' });
  await writeFile(join(workspace.root, 'bin', 'hermes'), '#!/bin/sh\n');
  await chmod(join(workspace.root, 'bin', 'hermes'), 0o755);
  await bare.setup(['--check', '--when-needed']);
});

test('installs into a path with characters that are special to other programs', async () => {
  await using workspace = await makeWorkspace();
  const one = await machine(workspace);
  const dir = join(workspace.root, 'a #1 ?x=%41 dir');
  expect((await one.setup(['--dir', dir])).stdout).toContain(join(dir, 'bin', 'hermes'));
});
