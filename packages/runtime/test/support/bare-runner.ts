import { type AgentEngine, silentLogger } from '@molecule/adapters';
import { TaskRunner, type TaskRunnerOptions } from '../../src/runner/task-runner.js';
import type { TaskLog } from '../../src/task-log/task-log.js';
import { logFile } from '../task-log/open-log.js';

/** A runner over a log of its own, with nothing around it. */
export interface BareRunner extends AsyncDisposable {
  readonly runner: TaskRunner;
  readonly log: TaskLog;
  /** Another runner on the same log, as a later process has it. */
  another(engine: AgentEngine, options?: Partial<TaskRunnerOptions>): TaskRunner;
}

export async function bareRunner(engine: AgentEngine, options: Partial<TaskRunnerOptions> = {}): Promise<BareRunner> {
  const file = await logFile();
  const log = await file.open();
  const make = (bootId: string, made: AgentEngine, changed: Partial<TaskRunnerOptions>) =>
    new TaskRunner({
      log,
      engine: made,
      bootId,
      isAlive: () => false,
      logger: silentLogger,
      limits: { idleMs: 600_000, totalMs: 86_400_000 },
      queueLimit: 16,
      retry: { attempts: 3, initialMs: 1, maxMs: 1, longestRetryAfterMs: 60_000 },
      leavesUnfinished: () => false,
      identity: { agentName: 'test', engine: 'test' },
      ...changed,
    });
  return {
    log,
    runner: make('boot-1', engine, options),
    another: (other, changed = {}) => make('boot-2', other, { ...options, ...changed }),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
