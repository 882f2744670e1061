/** What a published package is allowed to be. A change here is a change that users notice: it wants a changeset. */
export interface PackagePin {
  /** Keys of `exports`, besides `./package.json`. */
  readonly exports: readonly string[];
  /** Packages of this repository that it may depend on; the direction of all arrows. */
  readonly dependsOn: readonly string[];
  /** What the tarball may hold besides licence, read-me, changelog and manifest. */
  readonly files: RegExp;
  /** Dependencies that no module names. */
  readonly unseen?: readonly string[];
  /** Bound of the tarball's size, in units of 1000 bytes. */
  readonly budgetKb: number;
}

const MODULES = /^dist\/[\w./-]+\.(js|js\.map|d\.ts)$/;

export const TOPOLOGY: Readonly<Record<string, PackagePin>> = {
  adapters: { exports: ['.', './testing', './testing/kit'], dependsOn: [], files: MODULES, budgetKb: 170 },
  temporal: {
    exports: ['.', './testing'],
    dependsOn: ['@molecule/adapters'],
    files: MODULES,
    // What the built workflow bundle was made of, and what its replay must go on with.
    unseen: ['@temporalio/workflow'],
    budgetKb: 900,
  },
  runtime: {
    exports: ['.'],
    dependsOn: ['@molecule/adapters', '@molecule/temporal'],
    files: /^(bin\/molecule\.js|dist\/[\w./-]+\.(js|js\.map|d\.ts))$/,
    budgetKb: 620,
  },
  create: {
    exports: ['.'],
    dependsOn: [],
    // The sample templates are among what was built.
    files: /^(bin\/create-molecule\.js|dist\/[\w./-]+\.(js|js\.map|d\.ts)|dist\/templates\/.+)$/,
    budgetKb: 400,
  },
  'demo-model': { exports: ['.'], dependsOn: ['@molecule/adapters'], files: MODULES, budgetKb: 40 },
};

/** A package that is not pinned may be nothing, so that its tests say what it is. */
export const UNKNOWN_PACKAGE: PackagePin = { exports: [], dependsOn: [], files: /^$/, budgetKb: 0 };
