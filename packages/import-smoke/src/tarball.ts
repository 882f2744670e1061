import { createPackageFromTarballData } from '@arethetypeswrong/core';

/** Reads the text of one file of an npm tarball, which is unpacked once. `name` is relative to the package. */
export function openTarball(tarball: Uint8Array): (name: string) => string {
  const published = createPackageFromTarballData(tarball);
  return (name) => published.readFile(`/node_modules/${published.packageName}/${name}`);
}
