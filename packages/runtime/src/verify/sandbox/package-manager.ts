import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackageManager } from '../verify-options.js';

/** The package manager whose files lie in the directory or above it. */
export function detectPackageManager(directory: string): PackageManager {
  for (let above = directory; ; above = dirname(above)) {
    if (['pnpm-lock.yaml', 'pnpm-workspace.yaml'].some((name) => existsSync(join(above, name)))) return 'pnpm';
    if (existsSync(join(above, 'package-lock.json')) || above === dirname(above)) return 'npm';
  }
}

export const INSTALL: Readonly<Record<PackageManager, readonly [string, ...string[]]>> = {
  npm: ['npm', 'install', '--no-audit', '--no-fund', '--no-update-notifier'],
  pnpm: ['pnpm', 'install', '--no-frozen-lockfile'],
};
