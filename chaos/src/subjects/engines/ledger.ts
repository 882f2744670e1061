import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeDirectory } from '../../remove-directory.ts';
import type { SubjectFactory } from '../subject.ts';
import { GRACE } from '../template-subject.ts';

const count = (chunks: number) => Array.from({ length: chunks }, (_, index) => `${index} `).join('');

/** The engine that records its steps in a ledger. */
export const subject: SubjectFactory = async (temporal) => {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-ledger-'));
  await writeFile(join(directory, 'config.yaml'), 'name: Ledger\nruntime: ledger\n');
  const ledger = join(directory, 'ledger.jsonl');
  return {
    name: 'ledger',
    spec: {
      directory,
      stateDir: join(directory, '.molecule'),
      environment: {
        ADAPTER_MODULE: fileURLToPath(new URL('../../../adapters/ledger.mjs', import.meta.url)),
        CHAOS_LEDGER: ledger,
        TEMPORAL_HOST: temporal,
        MOLECULE_SHUTDOWN_GRACE: GRACE,
        WORKSPACE_ID: `ledger-${crypto.randomUUID().slice(0, 8)}`,
      },
    },
    ledger,
    long: { text: JSON.stringify({ chunks: 40, everyMs: 50 }), answer: count(40) },
    longer: { text: JSON.stringify({ chunks: 160, everyMs: 50 }), answer: count(160) },
    short: { text: JSON.stringify({ chunks: 3, everyMs: 5 }), answer: count(3) },
    hesitant: { text: JSON.stringify({ chunks: 40, everyMs: 50, waitMs: 1_500 }), answer: count(40) },
    asking: { text: JSON.stringify({ ask: true }), reply: 'go on', answer: count(10) },
    lingering: { text: JSON.stringify({ chunks: 5, everyMs: 20, lingerMs: 400 }), answer: count(5) },
    [Symbol.asyncDispose]: () => removeDirectory(directory),
  };
};
