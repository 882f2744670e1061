import type { AgentEngine, TurnEvent } from '@molecule/adapters';
import { afterEach, expect, it, vi } from 'vitest';
import { TurnClock } from '../../../src/execution/attempts/turn-clock.js';
import type { Clock } from '../../../src/support/clock.js';
import { bareRunner } from '../../support/bare-runner.js';
import { Gates } from '../../support/gates.js';
import { ManualClock } from '../../support/manual-clock.js';
import { until } from '../../support/until.js';
import { addTask } from '../../tasks/log/open-log.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

afterEach(() => vi.restoreAllMocks());

it.each([
  ['forwards', 48 * HOUR],
  ['backwards', -48 * HOUR],
])('a time of day that jumps %s ends no turn', async (_which, jump) => {
  const gates = new Gates();
  let isEnded = false;
  const engine: AgentEngine = {
    async *runTurn(_turn, { signal }): AsyncGenerator<TurnEvent> {
      yield { type: 'text-delta', text: 'before ' };
      await gates.passed('jump', signal);
      // The turn lasts longer than the allowed silence, but no pause does.
      for (let part = 0; part < 6; part++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield { type: 'text-delta', text: '.' };
      }
      yield { type: 'finish' };
    },
  };
  await using bare = await bareRunner(engine, { limits: { idleMs: 200, totalMs: 24 * HOUR } });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, { durable: false }).finally(() => {
    isEnded = true;
  });
  await until('it runs', () => bare.runner.isRunning(taskId));
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + jump);
  gates.open('jump');
  await until('it has ended', () => isEnded);
  expect(await running).toMatchObject({ kind: 'completed', finalText: 'before ......' });
});

/** A clock that can stop for the process, as if the process were frozen or the machine asleep: its timers then fire late. */
class SleepyClock implements Clock {
  readonly manual = new ManualClock();
  #slept = 0;
  now = () => this.manual.now() + this.#slept;
  after = (ms: number, callback: () => void) => this.manual.after(ms, callback);
  sleep(ms: number): void {
    this.#slept += ms;
  }
}

it('a process that was frozen for longer than both limits ends no turn, and both limits still apply afterwards', async () => {
  const clock = new SleepyClock();
  const expired: string[] = [];
  const limits = { idleMs: 10 * MINUTE, totalMs: HOUR };
  const turn = new TurnClock(limits, clock, ({ failureCode }) => expired.push(failureCode));
  turn.heard();
  await clock.manual.pass(9 * MINUTE);
  clock.sleep(5 * HOUR);
  await clock.manual.pass(2 * MINUTE);
  expect(expired).toEqual([]);
  turn.heard();
  await clock.manual.pass(9 * MINUTE);
  expect(expired).toEqual([]);
  await clock.manual.pass(2 * MINUTE);
  expect(expired).toEqual(['TURN_IDLE_TIMEOUT']);
});
