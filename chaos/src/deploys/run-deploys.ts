import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@molecule/runtime/testing';
import type { AgentProcess } from '../agent.ts';
import { Balancer } from './balancer.ts';
import { doubledTurns } from './doubled-turns.ts';
import { EngineRuns } from './engine-runs.ts';
import { Load } from './load.ts';
import { PatientClient } from './patient-client.ts';
import { Workspace } from './replicas.ts';
import { faultsOf, report, summary } from './report.ts';

export interface DeploysOptions {
  readonly times: number;
  /** Messages a second. */
  readonly rate: number;
  /** `MOLECULE_SHUTDOWN_GRACE`. */
  readonly grace: string;
}

/** The longest time that a client may wait for its next event. */
const LONGEST_WAIT_MS = 2_000;

/** Restarts two replicas one after the other, again and again, under load. Returns the exit code. */
export async function runDeploys({ times, rate, grace }: DeploysOptions): Promise<number> {
  await using workspace = await Workspace.create();
  const replicas = [await workspace.replica(GRACE(grace)), await workspace.replica(GRACE(grace))];
  await Promise.all(replicas.map((replica) => replica.start()));
  await using balancer = await Balancer.open(replicas.map(portOf));
  for (const replica of replicas) await ready(balancer, replica);
  const load = new Load(balancer.url, rate);
  load.begin();
  await sleep(2_000);
  const calm = load.results.length;
  const deaths = new Map<number, number>();
  for (let deploy = 1; deploy <= times; deploy++) {
    const before = load.results.length;
    const took: string[] = [];
    for (const replica of replicas) took.push(await redeploy(balancer, replica, deaths));
    const results = load.results.slice(before);
    console.log(`deploy ${deploy}: ${took.join('; ')}; ${summary(results, new EngineRuns(workspace.ledger))}`);
  }
  await load.end();
  const runs = new EngineRuns(workspace.ledger);
  const faults = [
    ...faultsOf(load.results, runs, LONGEST_WAIT_MS),
    ...doubledTurns(workspace.ledger, deaths, load.results),
    ...(await unexpectedTasks(balancer, load)),
  ];
  console.log(`\n${load.results.length} messages (${calm} before the first deploy), ${summary(load.results, runs)}`);
  console.log(`${balancer.refused} connections that no replica took`);
  return report(faults, replicas);
}

/** A fault if the agent has another number of tasks than its clients have begun. */
export async function unexpectedTasks({ url }: Balancer, { results }: Load): Promise<readonly string[]> {
  const begun = new Set(results.map(({ seen }) => seen.taskId)).size;
  const stored = await new PatientClient(url).total();
  return stored === begun ? [] : [`the agent has ${stored} tasks instead of ${begun}`];
}

const GRACE = (grace: string) => ({ MOLECULE_SHUTDOWN_GRACE: grace });

async function redeploy(balancer: Balancer, replica: AgentProcess, deaths: Map<number, number>): Promise<string> {
  const begun = performance.now();
  const { pid } = replica;
  await replica.stop('SIGTERM');
  deaths.set(pid, Date.now());
  const stopped = performance.now();
  await replica.start();
  const started = performance.now();
  await ready(balancer, replica);
  const [stop, start, probe] = [stopped - begun, started - stopped, performance.now() - started].map(Math.round);
  return `stop ${stop} ms, start ${start} ms, seen ready ${probe} ms`;
}

/** Waits until the balancer sends connections to the replica. */
export function ready(balancer: Balancer, replica: AgentProcess): Promise<unknown> {
  return until('a replica is ready', () => balancer.isReady(portOf(replica)), 60_000);
}

export function portOf({ url }: AgentProcess): number {
  return Number(new URL(url).port);
}
