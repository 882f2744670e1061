import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeDirectory } from '../settings/config/write-config.js';
import { runCli, spawnCli } from './run-cli.js';

// The checks themselves are tested in packages/verify, and with real installs in packages/import-smoke.

it.each([
  [['--package-manager', 'yarn'], '--package-manager wants npm or pnpm, found "yarn".'],
  [['--timeout', 'soon'], '--timeout wants a number of seconds from 1 on, found "soon".'],
  [['--regsitry', 'http://localhost:1'], 'Unknown option --regsitry. Did you mean --registry?'],
])('verify %j ends with 2 and names the allowed values', async (args, message) => {
  const { code, stdout, stderr } = await runCli(['verify', ...args]);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it('verify without @molecule/verify prints how to install it', async () => {
  await using directory = await writeDirectory({ 'package.json': '{}' });
  const { code, stdout, stderr } = await runCli(['verify', directory.path]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('VERIFY_NOT_INSTALLED');
  expect(stderr).toContain(`is not installed in ${directory.path}.`);
  expect(stderr).toContain('npm install -D @molecule/verify\n');
});

it('verify --help needs no @molecule/verify', async () => {
  const { code, stdout } = await runCli(['verify', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('--package-manager');
});

it('verify reports why a @molecule/verify cannot be loaded', async () => {
  await using directory = await withVerify(`import 'not-there';`);
  const { code, stderr } = await runCli(['verify', directory.path]);
  expect(code).toBe(1);
  expect(stderr).toContain("'not-there'");
  expect(stderr).not.toContain('npm install');
});

it("verify prefers the template's own @molecule/verify to that of the working directory", async () => {
  const report = (name: string) =>
    `export const CHECK_NAMES = [];
     export const verifyTemplate = async () => ({ ok: true, package: '${name}', version: '1.0.0', results: [], badge: '' });`;
  await using own = await withVerify(report('own'));
  await using other = await withVerify(report('other'));
  await using bare = await writeDirectory({ 'package.json': '{}' });
  const packageOf = async (directory: string) => {
    await using cli = spawnCli(['verify', directory, '--json'], {}, { cwd: other.path });
    return (JSON.parse((await cli.result).stdout) as { readonly package: string }).package;
  };
  expect([await packageOf(own.path), await packageOf(bare.path)]).toEqual(['own', 'other']);
});

async function withVerify(source: string) {
  const directory = await writeDirectory({ 'package.json': '{}' });
  const folder = join(directory.path, 'node_modules/@molecule/verify');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }));
  await writeFile(join(folder, 'index.js'), source);
  return directory;
}
