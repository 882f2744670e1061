// npm run chaos [-- --engine <name>] [--rounds n] [--short]: kills and stops an agent at the worst moments, and prints the faults.
// npm run chaos -- --storage [--seconds n]: makes the storage of a server fail instead.
// npm run chaos -- --replicas: strikes one of two replicas that share a PostgreSQL database instead.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Cell, runMatrix } from './matrix.ts';
import { runReplicas } from './replicas.ts';
import { printTable, sentence } from './report.ts';
import { BLOWS, MOMENTS } from './scenario.ts';
import { runStorage } from './storage.ts';
import { SUBJECTS } from './subjects/index.ts';

const { values } = parseArgs({
  // A package manager passes its own `--` on.
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: {
    short: { type: 'boolean', default: false },
    engine: { type: 'string', multiple: true, default: ['ledger', 'langgraph'] },
    rounds: { type: 'string', default: '3' },
    replicas: { type: 'boolean', default: false },
    storage: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '20' },
  },
});
if (values.replicas) process.exit(await runReplicas());
if (values.storage) process.exit(await runStorage(Number(values.seconds)));
const unknown = values.engine.filter((name) => !(name in SUBJECTS));
if (unknown.length > 0) {
  console.error(`No engine ${unknown.join(', ')}. There are: ${Object.keys(SUBJECTS).join(', ')}`);
  process.exit(2);
}
const cells: Cell[] = [];
for (const [name, subject] of Object.entries(SUBJECTS)) {
  if (!values.engine.includes(name)) continue;
  const matrix = await runMatrix({
    subject,
    moments: MOMENTS,
    blows: values.short ? ['kill -9 of server', 'SIGTERM to all'] : BLOWS,
    rounds: values.short ? 1 : Number(values.rounds),
    onCell: (cell) => console.log(sentence(cell)),
  });
  cells.push(...matrix);
}
printTable(cells);
process.exit(cells.some(({ faults }) => faults.length > 0) ? 1 : 0);
