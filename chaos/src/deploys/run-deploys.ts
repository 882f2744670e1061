import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@molecule/runtime/testing';
import type { AgentProcess } from '../agent.ts';
import { Balancer } from './balancer.ts';
import { doubledTurns } from './doubled-turns.ts';
import { EngineRuns } from './engine-runs.ts';
import { Load, type Result, waitOf } from './load.ts';
import { PatientClient } from './patient-client.ts';
import { Workspace } from './replicas.ts';

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
  const faults = faultsOf(load.results, runs, doubledTurns(workspace.ledger, deaths, load.results));
  const tasks = new Set(load.results.map(({ seen }) => seen.taskId));
  const stored = await new PatientClient(balancer.url).total();
  if (stored !== tasks.size) faults.push(`the agent has ${stored} tasks instead of ${tasks.size}`);
  console.log(`\n${load.results.length} messages (${calm} before the first deploy), ${summary(load.results, runs)}`);
  console.log(`${balancer.refused} connections that no replica took`);
  for (const fault of faults.slice(0, 40)) console.log(`  fault: ${fault}`);
  console.log(faults.length === 0 ? 'no fault' : `${faults.length} faults`);
  if (faults.length > 0) console.log(`the logs of the replicas: ${await keepLogs(replicas)}`);
  return faults.length === 0 ? 0 : 1;
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

async function keepLogs(replicas: readonly AgentProcess[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-deploys-logs-'));
  for (const [index, { output }] of replicas.entries())
    await writeFile(join(directory, `replica-${index + 1}`), output);
  return directory;
}

function ready(balancer: Balancer, replica: AgentProcess): Promise<unknown> {
  return until('a replica is ready', () => balancer.isReady(portOf(replica)), 60_000);
}

function portOf({ url }: AgentProcess): number {
  return Number(new URL(url).port);
}

function summary(results: readonly Result[], runs: EngineRuns): string {
  const waits = results.map((result) => waitOf(result, runs)).sort((left, right) => left - right);
  const at = (part: number) => Math.round(waits[Math.floor((waits.length - 1) * part)] ?? 0);
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  return [
    `${results.filter(({ fault }) => fault !== undefined).length} failed`,
    `${sum(({ seen }) => seen.refusals)} refusals`,
    `${sum(({ seen }) => seen.breaks)} broken connections`,
    `longest wait p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`,
  ].join(', ');
}

function faultsOf(results: readonly Result[], runs: EngineRuns, doubled: readonly string[]): string[] {
  const failed = results.flatMap(({ kind, seen, fault }) =>
    fault === undefined ? [] : [`${kind}, task ${seen.taskId}: ${fault} (${seen.trouble.join(', ')})`],
  );
  const late = results
    .filter((result) => waitOf(result, runs) > LONGEST_WAIT_MS)
    .map((result) => {
      const { kind, seen } = result;
      const from = new Date(seen.waitedFrom).toISOString();
      return `${kind}, task ${seen.taskId}: waited ${Math.round(waitOf(result, runs))} ms from ${from} (${seen.waitedFor.join(', ')})`;
    });
  return [...failed, ...doubled, ...late];
}
