import { freePort } from '@molecule/adapters';
import { AgentProcess } from '../sandbox/agent-process.js';
import { startSandboxTemporal } from '../sandbox/sandbox-temporal.js';
import { waitFor } from '../sandbox/wait-for.js';
import type { VerifyBench } from '../verify-bench.js';
import { ok, type VerifyCheck } from '../verify-check.js';

const DURABLE_MS = 30_000;

/** `npm start` serves an agent on the port that the environment names. */
export const boots: VerifyCheck = {
  name: 'boot',
  gate: true,
  async run(bench) {
    const problem = await giveTemporal(bench);
    const agent = new AgentProcess(bench.template, bench.agentEnvironment, await freePort());
    bench.agent = agent;
    bench.onCleanup(() => agent[Symbol.asyncDispose]());
    const ms = await agent.start();
    const durable = await durability(bench);
    const detail = `card after ${(ms / 1000).toFixed(1)} s; durable: ${durable ? 'yes' : 'no'}`;
    if (problem === undefined) return ok(detail);
    return {
      status: 'warn',
      detail: `${detail} (${problem})`,
      remedy: 'set MOLECULE_TEMPORAL_CLI to the path of a `temporal` program',
    };
  },
};

/** Starts a Temporal server for a template with `@molecule/temporal`. If that fails, returns the reason. */
async function giveTemporal(bench: VerifyBench): Promise<string | undefined> {
  try {
    const temporal = await startSandboxTemporal(bench.template, bench.options.environment);
    if (temporal === undefined) return undefined;
    bench.temporalAddress = temporal.address;
    bench.onCleanup(() => temporal.stop());
    return undefined;
  } catch (error) {
    return `no Temporal server could be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Waits until the agent has connected to Temporal; true if a turn then survives the end of its process. */
export async function durability({ runningAgent, temporalAddress }: VerifyBench): Promise<boolean> {
  if (temporalAddress === undefined) return false;
  const durable = await waitFor(async () => {
    const response = await fetch(`${runningAgent.url}/readyz`);
    const { durable: state } = (await response.json()) as { readonly durable?: { readonly yes: boolean } };
    return state?.yes === true ? true : undefined;
  }, DURABLE_MS);
  return durable === true;
}
