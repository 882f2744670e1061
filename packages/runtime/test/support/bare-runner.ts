import { type AgentEngine, silentLogger } from '@molecule/adapters';
import type { TurnRules } from '../../src/execution/turns/turn-environment.js';
import { TurnRunner } from '../../src/execution/turns/turn-runner.js';
import type { Blobs } from '../../src/tasks/blobs/blobs.js';
import type { TaskLog } from '../../src/tasks/log/task-log.js';
import { logFile } from '../tasks/log/open-log.js';
import { queueLimits } from './queue-limits.js';

export interface BareRunnerOptions extends Partial<TurnRules> {
  readonly bootId?: string;
}

/** A runner with its own log, without a server or Temporal. */
export interface BareRunner extends AsyncDisposable {
  readonly runner: TurnRunner;
  readonly log: TaskLog;
  readonly blobs: Blobs;
  /** Another runner on the same log, as in a later process. */
  another(engine: AgentEngine, options?: BareRunnerOptions): TurnRunner;
}

export async function bareRunner(engine: AgentEngine, options: BareRunnerOptions = {}): Promise<BareRunner> {
  const file = await logFile();
  const { log, blobs } = await file.openStore();
  const make = (made: AgentEngine, { bootId = 'boot-1', ...rules }: BareRunnerOptions) =>
    new TurnRunner({
      log,
      boots: { id: bootId, isAlive: async () => false },
      engine: made,
      rules: {
        limits: { idleMs: 600_000, totalMs: 86_400_000 },
        queue: queueLimits(),
        retry: { attempts: 3, initialMs: 1, maxMs: 1, longestRetryAfterMs: 60_000 },
        leavesUnfinished: () => false,
        ...rules,
      },
      identity: { agentName: 'test', engine: 'test' },
      logger: silentLogger,
    });
  return {
    log,
    blobs,
    runner: make(engine, options),
    another: (other, changed = {}) => make(other, { ...options, bootId: 'boot-2', ...changed }),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
