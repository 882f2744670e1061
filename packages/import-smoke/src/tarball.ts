import { createPackageFromTarballData } from '@arethetypeswrong/core';

/** The text of one file of an npm tarball. `name` is relative to the package. */
export function fileFromTarball(tarball: Uint8Array, name: string): string {
  const published = createPackageFromTarballData(tarball);
  return published.readFile(`/node_modules/${published.packageName}/${name}`);
}
