import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { expect, test } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { pack, packAndUnpack } from '../src/pack.ts';
import { openTarball } from '../src/tarball.ts';
import { root } from '../src/workspace.ts';

// Packages with a fault each, which the checks of packages.test.ts must find.

const ADAPTERS = join(root, 'packages/adapters');

test('publint finds a key of `exports` without a file', async () => {
  const tarball = await spoiled(async (directory) => {
    await editManifest(directory, (manifest) => {
      manifest.exports['./missing'] = { types: './dist/missing.d.ts', default: './dist/missing.js' };
    });
  });
  expect(await publintCodes(tarball)).toContain('FILE_DOES_NOT_EXIST');
});

test('publint finds CommonJS in a file declared as an ES module', async () => {
  const tarball = await spoiled((directory) => writeFile(join(directory, 'dist/index.js'), 'exports.adapter = 1;\n'));
  expect(await publintCodes(tarball)).toContain('FILE_INVALID_FORMAT');
});

test('attw finds CommonJS behind the types of an ES module', async () => {
  const tarball = await spoiled(async (directory) => {
    await writeFile(join(directory, 'dist/index.cjs'), 'exports.adapter = 1;\n');
    await editManifest(directory, (manifest) => {
      manifest.exports['.'] = { types: './dist/index.d.ts', default: './dist/index.cjs' };
    });
  });
  expect(await attwKinds(tarball)).toContain('FalseESM');
});

test('attw finds an entry whose types were not built', async () => {
  const tarball = await spoiled(async (directory) => {
    await rm(join(directory, 'dist/testing/index.d.ts'));
    await editManifest(directory, (manifest) => {
      manifest.exports['./testing'] = { default: './dist/testing/index.js' };
    });
  });
  expect(await attwKinds(tarball)).toContain('UntypedResolution');
});

test('npm leaves workspace: and catalog: in a manifest, which is why pnpm packs', async () => {
  const { tarball } = await pack(join(root, 'packages/runtime'), 'npm');
  const manifest = openTarball(tarball)('package.json');
  expect(manifest).toMatch(/"workspace:/);
  expect(manifest).toMatch(/"catalog:/);
});

type MutableManifest = { exports: Record<string, unknown> };

async function editManifest(directory: string, edit: (manifest: MutableManifest) => void): Promise<void> {
  const file = join(directory, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as MutableManifest;
  edit(manifest);
  await writeFile(file, JSON.stringify(manifest));
}

/** A package as it would be published, with one fault. */
async function spoiled(spoil: (directory: string) => Promise<void>): Promise<Buffer<ArrayBuffer>> {
  await using directory = await makeOutsideDirectory('spoiled');
  await packAndUnpack(ADAPTERS, directory.path);
  await spoil(directory.path);
  expect(await readdir(directory.path)).toContain('package.json');
  return (await pack(directory.path, 'npm')).tarball;
}

async function publintCodes(tarball: Buffer): Promise<readonly string[]> {
  const { messages } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
  return messages.map(({ code }) => code);
}

async function attwKinds(tarball: Buffer<ArrayBuffer>): Promise<readonly string[]> {
  const result = await checkPackage(createPackageFromTarballData(tarball));
  return 'problems' in result ? result.problems.map(({ kind }) => kind) : [];
}
