import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOutsideDirectory } from './outside-directory.ts';
import { mustRun, pnpm } from './run-program.ts';

/** A package as it would be published. */
export interface PackedPackage {
  readonly tarball: Buffer<ArrayBuffer>;
  /** Paths in the tarball, without its top directory. */
  readonly files: readonly string[];
}

export async function pack(packageDirectory: string, packer = pnpm): Promise<PackedPackage> {
  await using scratch = await makeOutsideDirectory('pack');
  const file = await packInto(packageDirectory, scratch.path, packer);
  const { stdout } = await mustRun('tar', ['-tzf', file], scratch.path);
  const files = stdout
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith('/'))
    .map((line) => line.replace(/^package\//, ''))
    .sort();
  return { tarball: await readFile(file), files };
}

/** Packs a package, and unpacks the tarball. */
export async function packAndUnpack(packageDirectory: string, into: string): Promise<void> {
  await using scratch = await makeOutsideDirectory('pack');
  const file = await packInto(packageDirectory, scratch.path);
  await mkdir(into, { recursive: true });
  await mustRun('tar', ['-xzf', file, '-C', into, '--strip-components=1'], scratch.path);
}

async function packInto(packageDirectory: string, directory: string, packer = pnpm): Promise<string> {
  await mustRun(packer, ['pack', '--pack-destination', directory], packageDirectory);
  const [file] = await readdir(directory);
  if (file === undefined) throw new Error(`pnpm pack wrote nothing for ${packageDirectory}`);
  return join(directory, file);
}
