import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATIONS } from '../judge/operations.ts';
import { compile } from './compile.ts';
import { install, installOnce } from './install-once.ts';
import { CURRENT, type Kit, LEGACY } from './kit.ts';
import { programPath } from './versions.ts';

const [, requirement = ''] = /^require (\S+ v\S+)$/m.exec(readFileSync(programPath('go/go.mod'), 'utf8')) ?? [];

/** The official Go client; its version is in `programs/go/go.mod`. */
export const GO_KITS: readonly Kit[] = [
  {
    name: 'go',
    title: requirement,
    overs: [...CURRENT, ...LEGACY],
    // It has two parsers of cards; both must read the card of an agent with tokens.
    operations: { ...OPERATIONS, 'card-tokens-compat': (over) => OPERATIONS['card-tokens']?.(over) },
    async install(directory) {
      await installOnce(directory, [['go', 'version']]);
      await cp(programPath('go'), directory, { recursive: true });
      await install(['go', 'mod', 'download'], directory);
      await compile(['go', 'build', '-o', 'client', '.'], directory, 600_000);
      return [join(directory, 'client')];
    },
  },
];
