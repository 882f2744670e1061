import type { AgentEngine, Logger } from '@molecule/adapters';
import type { Execution } from '../durable/open-execution.js';
import type { Readiness } from '../http/health.js';
import { checkEngine } from '../runner/check-engine.js';
import { type StorageTrouble, storageTrouble } from '../storage/storage-trouble.js';
import type { TaskLog } from '../task-log/task-log.js';

/** Looks at what a message needs: the task log and the engine. */
export async function readiness(
  engine: AgentEngine,
  log: TaskLog,
  execution: Execution,
  logger: Logger,
): Promise<Readiness> {
  const notChecked = (part: string) => (error: unknown) => {
    logger.warn('a part could not be checked', { part, error });
    return { ok: false, detail: 'does not answer; see the log' };
  };
  const [taskLog, health] = await Promise.all([
    checkStorage(log).catch(notChecked('task log')),
    checkEngine(engine).catch(notChecked('engine')),
  ]);
  return { ready: taskLog.ok && health.ok, checks: { taskLog, engine: health }, durable: execution.status() };
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
