// npm run chaos [-- --short] [--engine ledger|langgraph] [--rounds n]: kills at the worst moments, and prints what came of it.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { langgraphSubject, ledgerSubject } from './engines.ts';
import { type Cell, runMatrix } from './matrix.ts';
import { MOMENTS, VICTIMS } from './scenario.ts';

const ENGINES = { ledger: ledgerSubject, langgraph: langgraphSubject };
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    engine: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
});
const cells: Cell[] = [];
for (const [name, subject] of Object.entries(ENGINES)) {
  if (values.engine !== undefined && values.engine !== name) continue;
  cells.push(
    ...(await runMatrix({
      subject,
      moments: MOMENTS,
      victims: values.short ? ['server', 'both'] : VICTIMS,
      rounds: values.short ? 1 : Number(values.rounds),
      onCell: (cell) => {
        console.log(
          `${cell.faults.length === 0 ? 'ok  ' : 'FAIL'} ${cell.engine}, ${cell.moment}, kill -9 of ${cell.victim}: ${cell.recoveryMs.length > 0 ? `${median(cell.recoveryMs)} ms` : 'nothing ran'}`,
        );
        for (const fault of cell.faults) console.log(`       ${fault}`);
      },
    })),
  );
}
console.table(
  cells.map(({ engine, moment, victim, faults, recoveryMs }) => ({
    engine,
    moment,
    'kill -9 of': victim,
    faults: faults.length,
    'median recovery, ms after ready': median(recoveryMs),
  })),
);
process.exit(cells.some(({ faults }) => faults.length > 0) ? 1 : 0);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
