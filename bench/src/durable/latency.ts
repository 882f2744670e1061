import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import type { Finding } from '../report.ts';
import { startServer } from '../server-process.ts';
import { median, round } from '../statistics.ts';
import { messageTask, type Task, workflowTask } from './tasks.ts';
import { historyEvents, startDurable } from './temporal.ts';

const ROUNDS = 3;
const TASKS = 30;
/** The pause between two paced tasks: longer than any variant's work after its answer. */
const PAUSE_MS = 300;

/** Milliseconds of each task, back to back and paced. */
interface Sample {
  readonly 'back to back': Times;
  readonly paced: Times;
}

interface Times {
  readonly text: number[];
  readonly answer: number[];
}

/** The time that durability adds to a task, compared with the obvious design and with the minimum on Temporal. */
export async function latency(temporal: TemporalDevServer): Promise<Finding[]> {
  await using direct = await startServer({ name: 'molecule' });
  await using durable = await startDurable(temporal);
  await using seed = await startServer({ name: 'seed-shape', environment: { TEMPORAL_HOST: temporal.address } });
  const shapes = {
    direct: messageTask(direct.url),
    durable: messageTask(durable.url),
    three: workflowTask(seed.url, 'threeActivities'),
    one: workflowTask(seed.url, 'oneActivity'),
  };
  const samples = new Map<Task, Sample>();
  for (const task of Object.values(shapes)) {
    samples.set(task, { 'back to back': times(), paced: times() });
    for (let index = 0; index < 5; index++) await task();
  }
  // Alternating, so that all run under the same conditions, with a pause for each variant's work after its answer.
  for (let index = 0; index < ROUNDS; index++) for (const [task, sample] of samples) await measure(task, sample);
  const ids = { durable: (await shapes.durable()).workflowId, three: (await shapes.three()).workflowId };
  await sleep(1_000);
  const events = {
    durable: await historyEvents(temporal, ids.durable),
    three: await historyEvents(temporal, ids.three),
  };
  const sampleOf = (task: Task) => samples.get(task) as Sample;
  const findings: Finding[] = [];
  for (const pace of ['back to back', 'paced'] as const) {
    for (const what of ['text', 'answer'] as const) {
      const of = (task: Task) => median(sampleOf(task)[pace][what]);
      const added = of(shapes.durable) - of(shapes.direct);
      const title = `added time to the ${what}, ${pace}`;
      findings.push(addedTime(title, added, of(shapes.three), 'three activities', 0.15));
      findings.push(addedTime(title, added, of(shapes.one), 'one activity', 1));
    }
  }
  return [
    ...findings,
    {
      what: 'history events of a task',
      ours: `${events.durable}`,
      theirs: `${events.three} (three activities)`,
      ratio: events.durable / events.three,
      aim: 'at most 13',
      met: events.durable <= 13,
    },
  ];
}

async function measure(task: Task, sample: Sample): Promise<void> {
  for (const pace of ['back to back', 'paced'] as const) {
    for (let index = 0; index < TASKS; index++) {
      const { textMs, answerMs } = await task();
      sample[pace].text.push(textMs);
      sample[pace].answer.push(answerMs);
      if (pace === 'paced') await sleep(PAUSE_MS);
    }
    await sleep(1_000);
  }
}

function times(): Times {
  return { text: [], answer: [] };
}

function addedTime(what: string, added: number, theirs: number, name: string, aim: number): Finding {
  const ratio = added / theirs;
  return {
    what: `${what}, against ${name}`,
    ours: `${round(added, 1)} ms`,
    theirs: `${round(theirs, 1)} ms`,
    ratio,
    aim: aim === 1 ? 'less' : `at most ${aim}`,
    met: aim === 1 ? ratio < 1 : ratio <= aim,
  };
}
