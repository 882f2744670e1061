import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATIONS } from '../judge/operations.ts';
import { compile } from './compile.ts';
import { install, installOnce } from './install-once.ts';
import { CURRENT, type Kit } from './kit.ts';
import { programPath } from './versions.ts';

const [, crate = '', version = ''] =
  /package = "(a2a-client-lf)", version = "=([\d.]+)"/.exec(readFileSync(programPath('rust/Cargo.toml'), 'utf8')) ?? [];

/** The official Rust client, which speaks 1.0 only; its version is in `programs/rust/Cargo.toml`. */
export const RUST_KITS: readonly Kit[] = [
  {
    name: 'rust',
    title: `${crate} ${version}`,
    overs: CURRENT,
    operations: OPERATIONS,
    async install(directory) {
      await installOnce(directory, [['cargo', '--version']]);
      await cp(programPath('rust'), directory, { recursive: true });
      await install(['cargo', 'fetch', '--quiet'], directory);
      await compile(['cargo', 'build', '--quiet', '--offline'], directory, 900_000);
      return [join(directory, 'target/debug/clients')];
    },
  },
];
