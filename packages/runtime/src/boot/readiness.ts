import type { AgentEngine, Logger } from '@molecule/adapters';
import { engineHealth } from '../engine/engine-health.js';
import type { Execution } from '../execution/durable/open-execution.js';
import type { TurnRunner } from '../execution/turns/turn-runner.js';
import type { Readiness } from '../serving/http/routes/health.js';
import type { TaskLog } from '../tasks/log/task-log.js';
import { type StorageTrouble, storageTrouble } from '../tasks/storage/storage-trouble.js';

const BOOT_LOST = {
  ok: false,
  detail: 'other processes may count this one as dead, because it could not renew its lease',
};

/** What readiness depends on. */
export interface ReadinessParts {
  readonly engine: AgentEngine;
  readonly log: TaskLog;
  readonly execution: Execution;
  readonly runner: TurnRunner;
  /** True once the turns of earlier processes have been recovered. */
  readonly recovered: boolean;
  readonly logger: Logger;
}

/** Checks what a message needs: a task log that can be written, a healthy engine, and a recovery that is done. */
export async function readiness(parts: ReadinessParts): Promise<Readiness> {
  const { engine, log, execution, runner, recovered, logger } = parts;
  const notChecked = (part: string) => (error: unknown) => {
    logger.warn('readiness check failed', { part, error });
    return { ok: false, detail: 'could not be checked; see the log' };
  };
  const [taskLog, health] = await Promise.all([
    checkStorage(log).catch(notChecked('task log')),
    engineHealth(engine).catch(notChecked('engine')),
  ]);
  const recovery = recovered
    ? { ok: true, detail: 'done' }
    : { ok: false, detail: 'the turns of earlier processes have not been recovered yet' };
  const checks = { taskLog, engine: health, recovery, ...(runner.hasBoot ? {} : { boot: BOOT_LOST }) };
  const ready = Object.values(checks).every(({ ok }) => ok);
  return { ready, checks, durable: execution.status(), turns: runner.queue.counts() };
}

/** Writes a test entry, because a full disk can still be read. During storage trouble the log itself tests for its end. */
async function checkStorage(log: TaskLog): Promise<Readiness['checks'][string]> {
  const trouble = log.trouble ?? (await log.probe().then(() => undefined, troubleOf));
  return trouble ? { ok: false, detail: `${trouble.code}: ${trouble.cause}` } : { ok: true, detail: 'can be written' };
}

function troubleOf(error: unknown): StorageTrouble {
  const trouble = storageTrouble(error);
  if (!trouble) throw error;
  return trouble;
}
