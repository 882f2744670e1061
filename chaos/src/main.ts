// npm run chaos [-- --engine <name>] [--rounds n] [--short]: kills and stops an agent at the worst moments, and prints the faults.
// npm run chaos -- --storage [--seconds n]: makes the storage of a server fail instead.
// npm run chaos -- --replicas [--engine <name>] [--only '<moment>, <blow>'] [--pgbouncer]: strikes one of two replicas that share a PostgreSQL database.
// npm run chaos -- --hosts [--engine <name>] [--only '<moment>, <blow>']: the same with replicas that are hosts of their own; needs root.
// npm run chaos -- --versions [--from <tag or commit>] [--rate n]: runs an older version of the packages beside this one.
// npm run chaos -- --deploys [--times n] [--rate n] [--grace 1s]: restarts two replicas one after the other, under load.
// npm run chaos -- --push [--down seconds] [--kills n]: kills an agent while the receiver of its push notifications is away.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runDeploys } from './deploys/run-deploys.ts';
import { runVersions } from './deploys/run-versions.ts';
import { runHosts } from './hosts/run-hosts.ts';
import { type Cell, runMatrix } from './matrix.ts';
import { runPush } from './push/run-push.ts';
import { BLOWS as REPLICA_BLOWS } from './replicas/blows.ts';
import { openLocalPair } from './replicas/local-pair.ts';
import { runReplicas } from './replicas/run-replicas.ts';
import { printTable, sentence } from './report.ts';
import { BLOWS, MOMENTS } from './scenario.ts';
import { runStorage } from './storage.ts';
import { SUBJECTS } from './subjects/index.ts';

const { values } = parseArgs({
  // A package manager passes its own `--` on.
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: {
    short: { type: 'boolean', default: false },
    engine: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true, default: [] },
    pgbouncer: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    hosts: { type: 'boolean', default: false },
    replicas: { type: 'boolean', default: false },
    storage: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '20' },
    deploys: { type: 'boolean', default: false },
    versions: { type: 'boolean', default: false },
    from: { type: 'string' },
    times: { type: 'string', default: '20' },
    rate: { type: 'string' },
    grace: { type: 'string', default: '1s' },
    push: { type: 'boolean', default: false },
    down: { type: 'string', default: '600' },
    kills: { type: 'string', default: '20' },
  },
});
if (values.versions) process.exit(await runVersions(values.from, Number(values.rate ?? '5')));
if (values.deploys) {
  const { times, rate = '20', grace } = values;
  process.exit(await runDeploys({ times: Number(times), rate: Number(rate), grace }));
}
if (values.push) process.exit(await runPush({ downSeconds: Number(values.down), kills: Number(values.kills) }));
if (values.storage) process.exit(await runStorage(Number(values.seconds)));
const engines = values.engine ?? defaultEngines();
const unknown = engines.filter((name) => !(name in SUBJECTS));
if (unknown.length > 0) {
  console.error(`No engine ${unknown.join(', ')}. There are: ${Object.keys(SUBJECTS).join(', ')}`);
  process.exit(2);
}
const subjects = Object.fromEntries(engines.flatMap((name) => (SUBJECTS[name] ? [[name, SUBJECTS[name]]] : [])));
if (values.hosts) process.exit(await runHosts(subjects, values.only));
if (values.replicas) {
  const { only, pgbouncer } = values;
  const series = Object.entries(subjects).map(([name, subject]) => ({
    name,
    blows: REPLICA_BLOWS,
    open: () => openLocalPair({ subject, pgbouncer }),
  }));
  process.exit(await runReplicas(series, only));
}
const cells: Cell[] = [];
for (const subject of Object.values(subjects)) {
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

function defaultEngines(): readonly string[] {
  if (values.replicas) return ['ledger', 'langgraph', 'claude-code'];
  return values.hosts ? ['ledger'] : ['ledger', 'langgraph'];
}
