import { type AgentEngine, silentLogger, type TurnEvent } from '@molecule/adapters';
import { expect, it, vi } from 'vitest';
import { TurnRunner } from '../../../src/execution/turns/turn-runner.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { Gates } from '../../support/gates.js';
import { queueLimits } from '../../support/queue-limits.js';
import { until } from '../../support/until.js';
import { addTask, existing, logFile, newTask } from '../../tasks/log/open-log.js';

/** One process of the workspace. Its engine records each turn that it begins. */
function processOf(
  log: TaskLog,
  bootId: string,
  alive: ReadonlySet<string>,
  begins: string[],
  gates: Gates,
): TurnRunner {
  const engine: AgentEngine = {
    async *runTurn(turn, { signal }): AsyncGenerator<TurnEvent> {
      begins.push(`${bootId} ${turn.kind} ${turn.attempt}`);
      // So that the test can tell the tasks of one conversation apart.
      if (turn.messageId === 'later') begins[begins.length - 1] += ' later';
      await gates.passed('go', signal);
      yield { type: 'finish', text: `by ${bootId}` };
    },
  };
  return new TurnRunner({
    log,
    engine,
    boots: { id: bootId, isAlive: async (other) => alive.has(other) },
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

it('a turn of a living process is not taken over, even if Temporal counts that process as dead', async () => {
  const { file, log, begins, gates, second, taskId, running } = await twoProcesses();
  await using _ = file;
  const reads = vi.spyOn(log.readForTurn, 'head');
  const waiting = second.run(taskId, 1, { durable: true });
  await until('the other process has read the claim several times', () => reads.mock.calls.length >= 3);
  expect(begins).toEqual(['boot-1 message 1']);
  gates.open('go');
  const result = { kind: 'completed', finalText: 'by boot-1' };
  expect(await Promise.all([running, waiting])).toEqual([result, result]);
  expect(begins).toHaveLength(1);
});

it('a turn of a dead process is taken over, and the dead process cannot write any more', async () => {
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

it('a turn that a stopping process hands over can be claimed at once, although that process still runs', async () => {
  const { file, begins, gates, first, second, taskId, running } = await twoProcesses();
  await using _ = file;
  await first.drain(0);
  await expect(running).rejects.toMatchObject({ reason: { code: 'shutdown' } });
  const taken = second.run(taskId, 1, { durable: true });
  await until('it runs again', () => begins.length === 2);
  gates.open('go');
  expect(await taken).toEqual({ kind: 'completed', finalText: 'by boot-2' });
});

it('a turn that a stopping process hands over goes on before a later one of its conversation, which waits in another process', async () => {
  const { file, log, begins, gates, first, second, taskId, running } = await twoProcesses();
  await using _ = file;
  const { contextId } = await existing(log, taskId);
  await log.create({ ...newTask('later', contextId), runner: 'boot-2' });
  const claims = vi.spyOn(log, 'claim');
  const later = second.run('later', 1, { durable: true });
  await until('the later turn waits in its lane', () => claims.mock.calls.length >= 1);
  await first.drain(0);
  await expect(running).rejects.toMatchObject({ reason: { code: 'shutdown' } });
  const tried = claims.mock.calls.length;
  await until('the later turn was tried again, or begins', () => claims.mock.calls.length > tried || begins.length > 1);
  const taken = second.run(taskId, 1, { durable: true });
  gates.open('go');
  expect(await taken).toEqual({ kind: 'completed', finalText: 'by boot-2' });
  expect(await later).toEqual({ kind: 'completed', finalText: 'by boot-2' });
  expect(begins).toEqual(['boot-1 message 1', 'boot-2 continue 2', 'boot-2 message 1 later']);
});
