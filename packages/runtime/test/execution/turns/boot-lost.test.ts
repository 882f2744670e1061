import { type AgentEngine, silentLogger, type TurnEvent } from '@molecule/adapters';
import { expect, it, vi } from 'vitest';
import { type RecoveryOptions, startRecovery } from '../../../src/execution/recovery/recover-tasks.js';
import { TurnRunner } from '../../../src/execution/turns/turn-runner.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { Gates } from '../../support/gates.js';
import { queueLimits } from '../../support/queue-limits.js';
import { until } from '../../support/until.js';
import { addTask, existing, logFile } from '../../tasks/log/open-log.js';

/** Boots with leases, of which the test decides. */
class Leases {
  readonly alive = new Set<string>();

  boot(id: string) {
    this.alive.add(id);
    const listeners: ((regained: Promise<void>) => void)[] = [];
    const regained = Promise.withResolvers<void>();
    const boots = {
      id,
      isAlive: async (other: string) => this.alive.has(other),
      onLost: (listener: (again: Promise<void>) => void) => void listeners.push(listener),
    };
    return {
      boots,
      lose: () => {
        for (const listener of listeners) listener(regained.promise);
      },
      regain: async (again: string) => {
        this.alive.delete(boots.id);
        this.alive.add(again);
        boots.id = again;
        regained.resolve();
        await regained.promise;
      },
    };
  }
}

function runnerOf(
  log: TaskLog,
  boots: ReturnType<Leases['boot']>['boots'],
  begins: string[],
  gates: Gates,
): TurnRunner {
  const engine: AgentEngine = {
    async *runTurn(turn, { signal }): AsyncGenerator<TurnEvent> {
      begins.push(`${boots.id} ${turn.attempt}`);
      yield { type: 'text-delta', text: `by ${boots.id} ` };
      await gates.passed('go', signal);
      yield { type: 'reset' };
      yield { type: 'finish', text: `by ${boots.id}` };
    },
  };
  return new TurnRunner({
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
}

const DIRECTLY = { durable: false } as const;
const SUPERSEDED = { reason: { code: 'superseded' } };

it('a process that may count as dead stops its turns, begins none, and another one runs them before it could end them', async () => {
  await using file = await logFile();
  const log = await file.open();
  const [leases, begins, gates] = [new Leases(), [] as string[], new Gates()];
  const [first, second] = [leases.boot('boot-1'), leases.boot('boot-2')];
  const runner = runnerOf(log, first.boots, begins, gates);
  const { taskId } = await addTask(log, 'running', 'c');
  const { taskId: later } = await addTask(log, 'waiting', 'c');
  const running = runner.run(taskId, 1, DIRECTLY);
  const waiting = runner.run(later, 1, DIRECTLY);
  await until('it runs', () => begins.length === 1);
  expect(runner.hasBoot).toBe(true);
  first.lose();
  expect(runner.hasBoot).toBe(false);
  gates.open('go');
  await expect(running).rejects.toMatchObject(SUPERSEDED);
  await expect(waiting).rejects.toMatchObject(SUPERSEDED);
  await expect(runner.run(taskId, 1, DIRECTLY)).rejects.toMatchObject(SUPERSEDED);
  expect((await existing(log, taskId)).terminal).toBe(false);
  leases.alive.delete('boot-1');
  const other = runnerOf(log, second.boots, begins, gates);
  expect(await other.run(taskId, 1, DIRECTLY)).toEqual({ kind: 'completed', finalText: 'by boot-2' });
  expect(await other.run(later, 1, DIRECTLY)).toEqual({ kind: 'completed', finalText: 'by boot-2' });
  expect(begins).toEqual(['boot-1 1', 'boot-2 2', 'boot-2 1']);
});

it.each(['loses its boot', 'stops'] as const)(
  'a turn that a process leaves when it %s begins before the later ones of its conversation, whichever is found first',
  async (how) => {
    await using file = await logFile();
    const log = await file.open();
    const [leases, begins, gates] = [new Leases(), [] as string[], new Gates()];
    const [first, second] = [leases.boot('boot-1'), leases.boot('boot-2')];
    const runner = runnerOf(log, first.boots, begins, gates);
    const { taskId } = await addTask(log, 'running', 'c');
    const { taskId: later } = await addTask(log, 'waiting', 'c');
    const runs = [taskId, later].map((id) => runner.run(id, 1, DIRECTLY));
    await until('it runs', () => begins.length === 1);
    if (how === 'stops') await Promise.all([runner.drain(0), Promise.allSettled(runs)]);
    else {
      first.lose();
      first.boots.id = 'boot-1 again';
      await Promise.allSettled(runs);
    }
    leases.alive.delete('boot-1');
    const other = runnerOf(log, second.boots, begins, gates);
    const claims = vi.spyOn(log, 'claim');
    const last = other.run(later, 1, DIRECTLY);
    await until('it is to be claimed', () => claims.mock.calls.length > 0);
    await claims.mock.results[0]?.value;
    gates.open('go');
    await other.run(taskId, 1, DIRECTLY);
    await last;
    expect(begins).toEqual(['boot-1 1', 'boot-2 2', 'boot-2 1']);
  },
);

/** Runs what is recovered, and notes how it ended. */
function recoveryOf(
  log: TaskLog,
  boots: ReturnType<Leases['boot']>['boots'],
  runner: TurnRunner,
  outcomes: unknown[],
): RecoveryOptions {
  return {
    log,
    boots,
    isRunning: (id) => runner.isRunning(id),
    repeatableTurns: true,
    dispatcher: {
      dispatch: (head) =>
        void runner.run(head.taskId, head.turn, { ...DIRECTLY, head }).then(
          (outcome) => outcomes.push(outcome),
          () => outcomes.push('stopped'),
        ),
    },
    execution: { isDurable: () => false, wantsDurable: false, isPaused: async () => false },
    logger: silentLogger,
  };
}

it('a process that has a boot again recovers the turns that it stopped, also those that it had recovered before', async () => {
  await using file = await logFile();
  const log = await file.open();
  const [leases, begins, gates] = [new Leases(), [] as string[], new Gates()];
  const { boots, lose, regain } = leases.boot('boot-2');
  const runner = runnerOf(log, boots, begins, gates);
  const { taskId } = await addTask(log);
  const outcomes: unknown[] = [];
  const recovery = await startRecovery(recoveryOf(log, boots, runner, outcomes));
  await until('it was recovered', () => begins.length === 1);
  lose();
  await until('it was stopped', () => outcomes.length === 1);
  gates.open('go');
  await regain('boot-3');
  await until('it was recovered again', () => outcomes.length === 2, 10_000);
  recovery.stop();
  expect(outcomes).toEqual(['stopped', { kind: 'completed', finalText: 'by boot-3' }]);
  expect((await existing(log, taskId)).attempt).toBe(2);
});

it('a process whose boot is lost while it recovers a turn recovers it when it has a boot again', async () => {
  await using file = await logFile();
  const log = await file.open();
  const [leases, begins, gates] = [new Leases(), [] as string[], new Gates()];
  const { boots, lose, regain } = leases.boot('boot-2');
  const runner = runnerOf(log, boots, begins, gates);
  await addTask(log);
  gates.open('go');
  const outcomes: unknown[] = [];
  let asked = 0;
  const { isAlive } = boots;
  boots.isAlive = async (other) => {
    if (asked++ === 0) lose();
    return isAlive(other);
  };
  const recovery = await startRecovery(recoveryOf(log, boots, runner, outcomes));
  await regain('boot-3');
  await until('it was recovered', () => outcomes.length > 0, 10_000);
  recovery.stop();
  expect(outcomes).toEqual([{ kind: 'completed', finalText: 'by boot-3' }]);
});
