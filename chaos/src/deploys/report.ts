import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentProcess } from '../agent.ts';
import type { EngineRuns } from './engine-runs.ts';
import { type Result, waitOf } from './load.ts';

/** Prints the faults, and where the logs of the replicas are kept if there are any. Returns the exit code. */
export async function report(faults: readonly string[], replicas: readonly AgentProcess[]): Promise<number> {
  for (const fault of faults.slice(0, 40)) console.log(`  fault: ${fault}`);
  console.log(faults.length === 0 ? 'no fault' : `${faults.length} faults`);
  if (faults.length > 0) console.log(`the logs of the replicas: ${await keepLogs(replicas)}`);
  return faults.length === 0 ? 0 : 1;
}

/** Results in words. */
export function summary(results: readonly Result[], runs: EngineRuns): string {
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

/** What is wrong with the results. `longestWaitMs`: a client that waits longer for an event is a fault. */
export function faultsOf(
  results: readonly Result[],
  runs: EngineRuns,
  longestWaitMs = Number.POSITIVE_INFINITY,
): string[] {
  const failed = results.flatMap(({ kind, seen, fault }) =>
    fault === undefined ? [] : [`${kind}, task ${seen.taskId}: ${fault} (${seen.trouble.join(', ')})`],
  );
  const late = results
    .filter((result) => waitOf(result, runs) > longestWaitMs)
    .map((result) => {
      const { kind, seen } = result;
      const from = new Date(seen.waitedFrom).toISOString();
      return `${kind}, task ${seen.taskId}: waited ${Math.round(waitOf(result, runs))} ms from ${from} (${seen.waitedFor.join(', ')})`;
    });
  return [...failed, ...late];
}

async function keepLogs(replicas: readonly AgentProcess[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-deploys-logs-'));
  for (const [index, { output }] of replicas.entries())
    await writeFile(join(directory, `replica-${index + 1}`), output);
  return directory;
}
