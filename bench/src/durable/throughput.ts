import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import type { Finding } from '../report.ts';
import { startServer } from '../server-process.ts';
import { median, round } from '../statistics.ts';
import { messageTask, type Task, workflowTask } from './tasks.ts';
import { completedWorkflows, startDurable } from './temporal.ts';

const ROUNDS = 3;
const AT_ONCE = 32;
const LOAD = 200;
const WORKSPACE = 'bench-throughput';
/** Far longer than Temporal needs for what it was left with. */
const CLOSE_MS = 60_000;

/** Tasks a second under load, in turn with the obvious way to build it: until they are answered, and until Temporal has done with them. */
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
      what: 'tasks of that load that Temporal knows of',
      ours: `${known}`,
      theirs: `${sent} sent`,
      ratio: known / sent,
      aim: 'all',
      met: known === sent,
    },
  ];
}

/** Tasks a second. */
async function load(task: Task): Promise<number> {
  const begun = performance.now();
  let left = LOAD;
  const worker = async () => {
    while (left-- > 0) await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (LOAD * 1_000) / (performance.now() - begun);
}

/** Waits until so many workflows have been completed; gives how many there were at the end. */
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
