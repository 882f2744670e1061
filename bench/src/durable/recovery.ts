import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import { streamMessage } from '../client.ts';
import type { Finding } from '../report.ts';
import { startServer } from '../server-process.ts';
import { median, round } from '../statistics.ts';
import { startDurable } from './temporal.ts';

const ROUNDS = 5;
const HEARTBEAT_TIMEOUT_MS = 5_000;
/** Long enough for a heartbeat of the turn's activity. */
const SETTLE_MS = 1_500;

/** The time until a turn runs again after `kill -9` of its process, and the time that Temporal adds to a boot. */
export async function recovery(temporal: TemporalDevServer): Promise<Finding[]> {
  const sample: Record<'restart' | 'takeover' | 'without' | 'with', number[]> = {
    restart: [],
    takeover: [],
    without: [],
    with: [],
  };
  for (let index = 0; index < ROUNDS; index++) {
    sample.restart.push(await restart(temporal));
    if (index < 3) sample.takeover.push(await takeover(temporal));
    await using plain = await startServer({ name: 'molecule' });
    sample.without.push(plain.bootMs);
    await using durable = await startDurable(temporal);
    sample.with.push(durable.bootMs);
  }
  const more = median(sample.with) - median(sample.without);
  return [
    within('a restarted process has the turn running', 'after it is ready', median(sample.restart), 500),
    within('a survivor has the turn running', 'after the kill', median(sample.takeover), HEARTBEAT_TIMEOUT_MS + 1_000),
    {
      what: 'boot with Temporal there',
      ours: `${round(median(sample.with), 0)} ms`,
      theirs: `${round(median(sample.without), 0)} ms (switched off)`,
      ratio: median(sample.with) / median(sample.without),
      aim: 'at most 1500 ms more',
      met: more <= 1_500,
    },
  ];
}

/** Milliseconds from the readiness of the restarted process to the turn; 0 if the turn began first. */
async function restart(temporal: TemporalDevServer): Promise<number> {
  const workspace = await makeWorkspace();
  {
    await using first = await startDurable(temporal, workspace.environment);
    await hold(first.url, workspace.turns);
  }
  await using _again = await startDurable(temporal, workspace.environment);
  const ready = Date.now();
  return Math.max(0, (await turnAt(workspace.turns, 2)) - ready);
}

/** Milliseconds from the kill of one process to the turn in the other process. */
async function takeover(temporal: TemporalDevServer): Promise<number> {
  const workspace = await makeWorkspace();
  const first = await startDurable(temporal, workspace.environment);
  await using _second = await startDurable(temporal, workspace.environment);
  await hold(first.url, workspace.turns);
  const killed = Date.now();
  await first[Symbol.asyncDispose]();
  return (await turnAt(workspace.turns, 2)) - killed;
}

async function makeWorkspace() {
  const stateDir = await mkdtemp(join(tmpdir(), 'molecule-bench-state-'));
  const turns = join(stateDir, 'turns');
  const workspaceId = `bench-${crypto.randomUUID().slice(0, 8)}`;
  return { turns, environment: { MOLECULE_STATE_DIR: stateDir, WORKSPACE_ID: workspaceId, BENCH_TURNS: turns } };
}

/** Begins an endless turn, and waits until it and its activity run. */
async function hold(url: string, turns: string): Promise<void> {
  // The connection breaks when its server is killed.
  streamMessage(url, 'hold').catch(() => {});
  await turnAt(turns, 1);
  await sleep(SETTLE_MS);
}

/** The time of the engine's n-th turn. */
async function turnAt(file: string, count: number): Promise<number> {
  for (;;) {
    const line = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n')[count - 1] : undefined;
    if (line) return Number(line);
    await sleep(2);
  }
}

function within(what: string, since: string, ms: number, aim: number): Finding {
  return {
    what,
    ours: `${round(ms, 0)} ms ${since}`,
    theirs: `${aim} ms`,
    ratio: ms / aim,
    aim: `at most ${aim} ms`,
    met: ms <= aim,
  };
}
