import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import { timeOfLoad } from '../load.ts';
import type { Finding } from '../report.ts';
import { startServer } from '../server-process.ts';
import { median, round } from '../statistics.ts';
import { messageTask, type Task, workflowTask } from './tasks.ts';
import { completedWorkflows, startDurable } from './temporal.ts';

const ROUNDS = 3;
const AT_ONCE = 32;
const LOAD = 200;
const WORKSPACE = 'bench-throughput';
/** Deadline for the workflows that are open after the last answer; far longer than needed. */
const CLOSE_MS = 60_000;

/**
 * Tasks a second under load, until they are answered and until their workflows are closed, alternately with the obvious way
 * to build it.
 */
export async function throughput(temporal: TemporalDevServer): Promise<Finding[]> {
  await using durable = await startDurable(temporal, { WORKSPACE_ID: WORKSPACE });
  await using seed = await startServer({ name: 'seed-shape', environment: { TEMPORAL_HOST: temporal.address } });
  const [ours, three] = [messageTask(durable.url), workflowTask(seed.url, 'threeActivities')];
  const sample = { answered: [] as number[], closed: [] as number[], three: [] as number[] };
  await Promise.all([ours(), three()]);
  let sent = 1;
  let known = 0;
  for (let index = 0; index < ROUNDS; index++) {
    sent += LOAD;
    const begun = performance.now();
    sample.answered.push(await load(ours));
    known = await closed(temporal, sent);
    sample.closed.push((LOAD * 1_000) / (performance.now() - begun));
    sample.three.push(await load(three));
    await sleep(1_000);
  }
  const theirs = median(sample.three);
  const title = `tasks a second, ${AT_ONCE} at once`;
  return [
    compared(`${title}, until they are answered`, median(sample.answered), theirs),
    compared(`${title}, until their workflows are closed`, median(sample.closed), theirs),
    {
      what: 'tasks of that load with a closed workflow',
      ours: `${known}`,
      theirs: `${sent} sent`,
      ratio: known / sent,
      aim: 'all',
      met: known === sent,
    },
  ];
}

/** Tasks per second. */
async function load(task: Task): Promise<number> {
  return (LOAD * 1_000) / (await timeOfLoad(LOAD, AT_ONCE, task));
}

/** Waits until `count` workflows have been completed. Resolves to the number at the end. */
async function closed(temporal: TemporalDevServer, count: number): Promise<number> {
  const deadline = performance.now() + CLOSE_MS;
  for (;;) {
    const now = await completedWorkflows(temporal, WORKSPACE);
    if (now >= count || performance.now() > deadline) return now;
    await sleep(250);
  }
}

function compared(what: string, ours: number, theirs: number): Finding {
  return {
    what,
    ours: `${round(ours, 1)} a second`,
    theirs: `${round(theirs, 1)} (three activities)`,
    ratio: ours / theirs,
    aim: 'at least 1.4',
    met: ours / theirs >= 1.4,
  };
}
