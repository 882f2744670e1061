import type { AgentEngine, Logger } from '@molecule/adapters';
import type { Execution } from '../durable/open-execution.js';
import type { Readiness } from '../http/health.js';
import { checkEngine } from '../runner/check-engine.js';
import { type StorageTrouble, storageTrouble } from '../storage/storage-trouble.js';
import type { TaskLog } from '../task-log/task-log.js';

/** What readiness depends on. */
export interface ReadinessParts {
  readonly engine: AgentEngine;
  readonly log: TaskLog;
  readonly execution: Execution;
  /** Whether what earlier processes left unfinished has been looked after. */
  readonly recovered: boolean;
  readonly logger: Logger;
}

/** Looks at what a message needs: the task log, the engine, and a boot that is over. */
export async function readiness({ engine, log, execution, recovered, logger }: ReadinessParts): Promise<Readiness> {
  const notChecked = (part: string) => (error: unknown) => {
    logger.warn('a part could not be checked', { part, error });
    return { ok: false, detail: 'does not answer; see the log' };
  };
  const [taskLog, health] = await Promise.all([
    checkStorage(log).catch(notChecked('task log')),
    checkEngine(engine).catch(notChecked('engine')),
  ]);
  const recovery = recovered
    ? { ok: true, detail: 'done' }
    : { ok: false, detail: 'what earlier processes left unfinished has not been looked after yet' };
  const checks = { taskLog, engine: health, recovery };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks, durable: execution.status() };
}

/** A test write tells more than an answer: a full disk can be read. While there is trouble, the log itself looks for its end. */
async function checkStorage(log: TaskLog): Promise<Readiness['checks'][string]> {
  const trouble = log.trouble ?? (await log.probe().then(() => undefined, troubleOf));
  return trouble ? { ok: false, detail: `${trouble.code}: ${trouble.cause}` } : { ok: true, detail: 'can be written' };
}

function troubleOf(error: unknown): StorageTrouble {
  const trouble = storageTrouble(error);
  if (!trouble) throw error;
  return trouble;
}
