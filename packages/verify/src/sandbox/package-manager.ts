import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackageManager } from '../verify-options.js';

export const LOCK_FILE: Readonly<Record<PackageManager, string>> = {
  npm: 'package-lock.json',
  pnpm: 'pnpm-lock.yaml',
};

/**
 * The package manager whose lock file is in the directory or above it. `pnpm-workspace.yaml` indicates pnpm only above the directory: a
 * project for both managers has one with pnpm's settings.
 */
export function detectPackageManager(directory: string): PackageManager {
  for (let above = directory; ; above = dirname(above)) {
    const has = (file: string) => existsSync(join(above, file));
    if (has(LOCK_FILE.pnpm) || (above !== directory && has('pnpm-workspace.yaml'))) return 'pnpm';
    if (has(LOCK_FILE.npm) || above === dirname(above)) return 'npm';
  }
}

export const INSTALL: Readonly<Record<PackageManager, readonly [string, ...string[]]>> = {
  npm: ['npm', 'install', '--no-audit', '--no-fund', '--no-update-notifier'],
  pnpm: ['pnpm', 'install', '--no-frozen-lockfile'],
};

/** Packages in the package manager's store are not requested again. */
export const INSTALL_LOCKED: Readonly<Record<PackageManager, readonly [string, ...string[]]>> = {
  npm: ['npm', 'ci', '--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline'],
  pnpm: ['pnpm', 'install', '--frozen-lockfile', '--prefer-offline'],
};
