import { type AgentEngine, silentLogger, type TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { startRecovery } from '../../../src/execution/recovery/recover-tasks.js';
import { DirectDispatcher } from '../../../src/execution/turns/direct-dispatcher.js';
import { TurnRunner } from '../../../src/execution/turns/turn-runner.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { Gates } from '../../support/gates.js';
import { queueLimits } from '../../support/queue-limits.js';
import { until } from '../../support/until.js';
import { addTask, claim, existing, logFile } from '../../tasks/log/open-log.js';

/** A living process that recovers turns. Its engine records each turn that it begins. */
async function recovering(log: TaskLog, id: string, begins: string[], gates: Gates) {
  const boots = { id, isAlive: async (other: string) => other !== 'dead' };
  const engine: AgentEngine = {
    async *runTurn(turn, { signal }): AsyncGenerator<TurnEvent> {
      begins.push(turn.taskId);
      await gates.passed('go', signal);
      yield { type: 'finish', text: `by ${id}` };
    },
  };
  const runner = new TurnRunner({
    log,
    engine,
    boots,
    rules: {
      limits: { idleMs: 60_000, totalMs: 60_000 },
      queue: queueLimits(),
      retry: { attempts: 1, initialMs: 1, maxMs: 1, longestRetryAfterMs: 60_000 },
      leavesUnfinished: () => true,
    },
    identity: { agentName: 'test', engine: 'test' },
    logger: silentLogger,
  });
  const recovery = await startRecovery({
    log,
    boots,
    dispatcher: new DirectDispatcher(runner, log, silentLogger),
    isRunning: (taskId) => runner.isRunning(taskId),
    repeatableTurns: true,
    execution: { isDurable: () => false, wantsDurable: false, isPaused: async () => false },
    logger: silentLogger,
  });
  return { runner, recovery };
}

it('of two processes that recover the same turns, each keeps only the turns that it runs', async () => {
  await using file = await logFile();
  const [log, begins, gates] = [await file.open(), [] as string[], new Gates()];
  const ids = Array.from({ length: 20 }, (_, index) => `t-${index}`);
  for (const id of ids) await claim(log, await addTask(log, id), 'dead');
  const both = await Promise.all(['boot-1', 'boot-2'].map((id) => recovering(log, id, begins, gates)));
  await until('all turns run', () => begins.length === ids.length);
  const active = () => both.reduce((sum, { runner }) => sum + runner.activeTurns(), 0);
  await until('no process waits for a turn of the other one', () => active() === ids.length);
  gates.open('go');
  await until('all have ended', () => active() === 0);
  for (const id of ids) expect((await existing(log, id)).terminal).toBe(true);
  expect(begins).toHaveLength(ids.length);
  for (const { recovery } of both) recovery.stop();
});
