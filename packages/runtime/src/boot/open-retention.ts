import { BatchPace } from '../execution/retention/batch-pace.js';
import { Forgetter } from '../execution/retention/forgetter.js';
import { Retention, type RetentionOptions } from '../execution/retention/retention.js';
import type { TurnRunner } from '../execution/turns/turn-runner.js';
import { wallClock } from '../support/clock.js';
import type { Agent } from './open-agent.js';
import { openTaskFiles } from './open-task-files.js';

/** What deletes old tasks and forgets conversations. */
export interface OpenRetention {
  readonly forgetter: Forgetter;
  readonly retention: Retention;
}

/** Prepares retention. Nothing is deleted before it is started. */
export function openRetention(
  { workspace, store, engine, workDirs }: Pick<Agent, 'workspace' | 'store' | 'engine' | 'workDirs'>,
  { whenIdle, keepsSteps }: Pick<TurnRunner, 'whenIdle'> & Pick<RetentionOptions, 'keepsSteps'>,
): OpenRetention {
  const { settings, logger } = workspace;
  const { log, boots } = store;
  const files = openTaskFiles(workDirs, store);
  const common = { files, pace: new BatchPace(), clock: wallClock, logger };
  const forgetter = new Forgetter({ ...common, log, boots, engine, whenIdle });
  return { forgetter, retention: new Retention({ ...common, store, ages: settings.retention, keepsSteps, forgetter }) };
}
