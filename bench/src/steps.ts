import { defineAgent, EngineError } from '@molecule/adapters';
import { startTestRuntime } from '@molecule/runtime/testing';
import type { Finding } from './report.ts';
import { round } from './statistics.ts';

const STEPS = 10_000;
const MOST_MS_A_STEP = 1.5;
const MOST_MS_OF_REPLAY = 1_000;

/** What a durable step costs on SQLite, one after the other, and what reading many recorded ones costs in the next attempt. */
export async function steps(): Promise<Finding[]> {
  const times: number[] = [];
  const adapter = defineAgent({
    name: 'steps',
    async run(_turn, { step }) {
      const begun = performance.now();
      for (let index = 0; index < STEPS; index++) await step('step', () => ({ index }));
      times.push(performance.now() - begun);
      if (times.length === 1) throw new EngineError('engine-died', 'Once more.');
      return 'done';
    },
  });
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_RETRY_INITIAL: '1ms' } });
  await runtime.client.send('go');
  const [run = Number.NaN, replay = Number.NaN] = times;
  return [
    finding('a step that is recorded', run / STEPS, MOST_MS_A_STEP),
    finding(`${STEPS} steps in the next attempt`, replay, MOST_MS_OF_REPLAY),
  ];
}

function finding(what: string, ms: number, most: number): Finding {
  const ratio = ms / most;
  return { what, ours: `${round(ms, 2)} ms`, theirs: `${most} ms`, ratio, aim: 'at most 1', met: ratio <= 1 };
}
