// npm run clients [-- --only python,go] [--skip-missing] [--verbose]: runs other people's A2A clients against servers of this repository,
// and judges what they saw.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory } from '@molecule/runtime';
import { startAgents } from './agent/start-agents.ts';
import { EXCEPTIONS } from './exceptions/index.ts';
import type { Cell } from './judge/judge.ts';
import { printTable } from './judge/print-table.ts';
import { selectKits } from './kits/index.ts';
import { InstallError, type Kit } from './kits/kit.ts';
import { playKit } from './play-kit.ts';

const { values } = parseArgs({
  // A package manager passes its own `--` on.
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: {
    only: { type: 'string', multiple: true, default: [] },
    'skip-missing': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const kits = chosenKits(values.only.flatMap((words) => words.split(',')).filter((word) => word !== ''));
const cache = join(cacheDirectory(process.env), 'clients');
const cells: Cell[] = [];
const missing: Record<string, string> = {};
await using agents = await startAgents();
for (const kit of kits) {
  console.log(`${kit.name}: ${kit.title}`);
  try {
    const run = await playKit(kit, agents, cache, EXCEPTIONS);
    cells.push(...run.cells);
    if (values.verbose && run.errors !== '') console.error(run.errors);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    missing[`${kit.name}: ${kit.title}`] = error.message;
  }
}
printTable(cells, missing);
const missed = Object.keys(missing).length > 0 && !values['skip-missing'];
process.exitCode = missed || cells.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;

function chosenKits(words: readonly string[]): readonly Kit[] {
  try {
    return selectKits(words);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
