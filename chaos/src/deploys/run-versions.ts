import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentProcess } from '../agent.ts';
import { Balancer } from './balancer.ts';
import { doubledTurns } from './doubled-turns.ts';
import { EngineRuns } from './engine-runs.ts';
import { Load } from './load.ts';
import { buildOlderVersion } from './older-version.ts';
import { Workspace } from './replicas.ts';
import { faultsOf, report, summary } from './report.ts';
import { portOf, ready, unexpectedTasks } from './run-deploys.ts';

const BLOWS = ['SIGTERM', 'SIGKILL'] as const;
/** Longer than a lease. */
const AWAY_MS = 5_000;
const GRACE = { MOLECULE_SHUTDOWN_GRACE: '500ms' };

/**
 * Lets an older version, built from its commit, and this one run side by side on one database and one Temporal, under load. Each of them is
 * stopped and killed while the other one lives, so that turns move both ways. Returns the exit code.
 */
export async function runVersions(from: string | undefined, rate: number): Promise<number> {
  console.log('building the older version ...');
  await using version = await buildOlderVersion(from);
  console.log(`the older version is ${version.commit}`);
  await using workspace = await Workspace.create();
  const older = await workspace.replica(GRACE, version.cli);
  const newer = await workspace.replica(GRACE);
  await older.start();
  await using balancer = await Balancer.open([older, newer].map(portOf));
  await ready(balancer, older);
  const load = new Load(balancer.url, rate);
  load.begin();
  await sleep(2_000);
  const deaths = new Map<number, number>();
  await start('this version starts on the tables of the older one', balancer, newer);
  for (const blow of BLOWS) {
    await strike(newer, blow, deaths);
    await start(`${blow} of this version`, balancer, newer);
  }
  for (const blow of BLOWS) {
    await strike(older, blow, deaths);
    try {
      await start(`${blow} of the older version`, balancer, older);
    } catch (error) {
      // Versions before 0.2 refuse all newer tables.
      if (!(error as Error).message.includes('TASK_LOG_TOO_NEW')) throw error;
      console.log(`${blow} of the older version; it refuses to start on newer tables`);
      break;
    }
  }
  await load.end();
  const runs = new EngineRuns(workspace.ledger);
  const faults = [
    ...faultsOf(load.results, runs),
    ...doubledTurns(workspace.ledger, deaths, load.results),
    ...(await unexpectedTasks(balancer, load)),
  ];
  console.log(`\n${load.results.length} messages, ${summary(load.results, runs)}`);
  return report(faults, [older, newer]);
}

/** While it is away, the other one runs its turns. */
async function strike(replica: AgentProcess, blow: NodeJS.Signals, deaths: Map<number, number>): Promise<void> {
  const { pid } = replica;
  await replica.stop(blow);
  deaths.set(pid, Date.now());
  await sleep(AWAY_MS);
}

async function start(what: string, balancer: Balancer, replica: AgentProcess): Promise<void> {
  await replica.start();
  await ready(balancer, replica);
  await sleep(AWAY_MS);
  console.log(what);
}
