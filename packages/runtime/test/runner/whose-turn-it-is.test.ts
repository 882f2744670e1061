import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentEngine, silentLogger, type TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { TaskRunner } from '../../src/runner/task-runner.js';
import type { TaskLog } from '../../src/task-log/task-log.js';
import { Gates } from '../support/gates.js';
import { until } from '../support/until.js';
import { addTask, existing, logFile } from '../task-log/open-log.js';

/** One process of the workspace: its engine writes down each turn that it begins. */
function processOf(
  log: TaskLog,
  bootId: string,
  alive: ReadonlySet<string>,
  begins: string[],
  gates: Gates,
): TaskRunner {
  const engine: AgentEngine = {
    async *runTurn(turn, { signal }): AsyncGenerator<TurnEvent> {
      begins.push(`${bootId} ${turn.kind} ${turn.attempt}`);
      await gates.passed('go', signal);
      yield { type: 'finish', text: `by ${bootId}` };
    },
  };
  return new TaskRunner({
    log,
    engine,
    bootId,
    isAlive: (other) => alive.has(other),
    logger: silentLogger,
    limits: { idleMs: 60_000, totalMs: 60_000 },
    queueLimit: 16,
    retry: { attempts: 1, initialMs: 1, maxMs: 1, longestRetryAfterMs: 60_000 },
    leavesUnfinished: () => true,
    identity: { agentName: 'test', engine: 'test' },
  });
}

async function twoProcesses() {
  const file = await logFile();
  const [log, alive, begins, gates] = [await file.open(), new Set(['boot-1', 'boot-2']), [] as string[], new Gates()];
  const first = processOf(log, 'boot-1', alive, begins, gates);
  const second = processOf(log, 'boot-2', alive, begins, gates);
  const { taskId } = await addTask(log);
  const running = first.run(taskId, 1, { durable: true });
  running.catch(() => {});
  await until('it runs', () => begins.length === 1);
  return { file, log, alive, begins, gates, first, second, taskId, running };
}

it('a turn of a living process is waited for, whatever a durable engine believes of that process', async () => {
  const { file, begins, gates, second, taskId, running } = await twoProcesses();
  await using _ = file;
  const waiting = second.run(taskId, 1, { durable: true });
  // Several times as long as a look at another's turn takes.
  await sleep(1_000);
  expect(begins).toEqual(['boot-1 message 1']);
  gates.open('go');
  const result = { kind: 'completed', finalText: 'by boot-1' };
  expect(await Promise.all([running, waiting])).toEqual([result, result]);
  expect(begins).toHaveLength(1);
});

it('a turn of a dead process is taken over, and the dead one writes nothing more', async () => {
  const { file, log, alive, begins, gates, second, taskId } = await twoProcesses();
  await using _ = file;
  alive.delete('boot-1');
  const taken = second.run(taskId, 1, { durable: true });
  await until('it runs again', () => begins.length === 2);
  gates.open('go');
  expect(await taken).toEqual({ kind: 'completed', finalText: 'by boot-2' });
  expect(begins).toEqual(['boot-1 message 1', 'boot-2 continue 2']);
  expect((await existing(log, taskId)).result).toEqual({ kind: 'completed', finalText: 'by boot-2' });
});

it('a turn that a stopping process hands over is anybody’s at once, though that process lives on', async () => {
  const { file, begins, gates, first, second, taskId, running } = await twoProcesses();
  await using _ = file;
  await first.drain(0);
  await expect(running).rejects.toMatchObject({ reason: { code: 'shutdown' } });
  const taken = second.run(taskId, 1, { durable: true });
  await until('it runs again', () => begins.length === 2, 1_000);
  gates.open('go');
  expect(await taken).toEqual({ kind: 'completed', finalText: 'by boot-2' });
});
