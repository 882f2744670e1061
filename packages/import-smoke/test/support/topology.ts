/** The pinned properties of a published package. Users notice a change here, so it needs a changeset. */
export interface PackagePin {
  /** Keys of `exports`, besides `./package.json`. */
  readonly exports: readonly string[];
  /** The packages of this repository that it may depend on, which fixes the direction of all dependencies. */
  readonly dependsOn: readonly string[];
  /** The files of the tarball besides licence, README, changelog and manifest. */
  readonly files: RegExp;
  /** Dependencies that no module imports. */
  readonly unseen?: readonly string[];
  /** The limit of the tarball's size, in units of 1000 bytes. */
  readonly budgetKb: number;
}

const MODULES = /^dist\/[\w./-]+\.(js|js\.map|d\.ts)$/;

export const TOPOLOGY: Readonly<Record<string, PackagePin>> = {
  adapters: {
    exports: ['.', './ai-sdk', './steps', './testing', './testing/kit'],
    dependsOn: [],
    files: MODULES,
    budgetKb: 250,
  },
  temporal: {
    exports: ['.', './testing'],
    dependsOn: ['@molecule/adapters'],
    files: MODULES,
    // The source of the built workflow bundle, which the replay needs.
    unseen: ['@temporalio/workflow'],
    budgetKb: 900,
  },
  runtime: {
    exports: ['.', './testing'],
    dependsOn: ['@molecule/adapters', '@molecule/temporal'],
    files: /^(bin\/molecule(-runtime)?\.js|dist\/[\w./-]+\.(js|js\.map|d\.ts))$/,
    // The thread that checks an answer loads it by its path.
    unseen: ['ajv'],
    budgetKb: 1_450,
  },
  verify: {
    exports: ['.'],
    dependsOn: ['@molecule/adapters', '@molecule/runtime'],
    files: MODULES,
    budgetKb: 80,
  },
  create: {
    exports: ['.'],
    dependsOn: [],
    // The build includes the sample templates.
    files: /^(bin\/create-molecule\.js|dist\/[\w./-]+\.(js|js\.map|d\.ts)|dist\/templates\/.+)$/,
    budgetKb: 400,
  },
  console: {
    exports: ['.'],
    dependsOn: [],
    // The page and the licences of what is bundled in it.
    files: /^dist\/(index\.(js|d\.ts)|page\/(index\.html|icon\.svg|licenses\.md|assets\/[\w.-]+\.(js|css)))$/,
    budgetKb: 600,
  },
  'demo-model': { exports: ['.'], dependsOn: ['@molecule/adapters'], files: MODULES, budgetKb: 40 },
};

/** The pin of an unknown package allows nothing, so that its tests fail with its actual properties. */
export const UNKNOWN_PACKAGE: PackagePin = { exports: [], dependsOn: [], files: /^$/, budgetKb: 0 };
