import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, copyWorkspace, publisherEnvironment } from '../src/copy-workspace.ts';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { startRegistry, useRegistry } from '../src/registry.ts';
import { mustRun, outsideEnvironment, pnpm, run } from '../src/run-program.ts';
import { type Manifest, manifestOf, PUBLISHED } from '../src/workspace.ts';

// Every step of a release with a registry on loopback in place of npm's, and then the steps of a template author.

test('version, publish, create a project from the registry, test it, and verify it', async () => {
  await using registry = await startRegistry();
  await appendFile(registry.npmrc, `registry=${registry.url}\n`);
  await using copy = await makeOutsideDirectory('release');
  await copyWorkspace(copy.path);
  const environment = publisherEnvironment(registry.npmrc);

  await mustRun(pnpm, ['exec', 'changeset', 'version'], copy.path, environment);
  const manifests = await Promise.all(PUBLISHED.map((folder) => readManifest(join(copy.path, 'packages', folder))));
  const [version = ''] = manifests.map((manifest) => manifest.version);
  expect(new Set(manifests.map((manifest) => manifest.version)), 'one version for all').toEqual(new Set([version]));
  expect(version).not.toBe(manifestOf('packages', 'runtime').version);
  expect(version, 'a minor change is none that breaks').toMatch(/^0\./);
  expect(await readdir(join(copy.path, '.changeset'))).toEqual(['config.json']);
  expect(await readFile(join(copy.path, 'packages/runtime/CHANGELOG.md'), 'utf8')).toContain(`## ${version}`);
  await commitAll(copy.path, 'Version Packages');

  const published = await mustRun(pnpm, ['run', 'release'], copy.path, environment);
  for (const { name } of manifests) expect(published.output).toContain(`${name}@${version}`);
  const again = await mustRun(pnpm, ['exec', 'changeset', 'publish'], copy.path, environment);
  expect(again.output, 'a second run has nothing to do').toMatch(/No unpublished/i);

  await using desk = await makeOutsideDirectory('author');
  await useRegistry(desk.path, registry.url);
  const create = ['create', '--yes', '@molecule@latest', 'my-agent', '--', '--engine', 'langgraph'];
  await mustRun('npm', create, desk.path);
  const project = join(desk.path, 'my-agent');
  await useRegistry(project, registry.url);
  await mustRun(pnpm, ['install', '--ignore-workspace'], project);
  const installed = await readManifest(join(project, 'node_modules/@molecule/runtime'));
  expect(installed.version).toBe(version);
  await mustRun('npm', ['run', 'build'], project);
  await mustRun('npm', ['test'], project);
  const verified = await run(
    join(project, 'node_modules/.bin/molecule'),
    // The project's own test has just run the contract suite.
    ['verify', '--skip', 'contract'],
    project,
    outsideEnvironment(),
  );
  expect(verified.code, verified.output).toBe(0);
  expect(verified.output).toContain('my-agent 0.1.0 is verified');
});

async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest;
}
