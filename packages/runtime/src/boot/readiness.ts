import type { AgentEngine, Logger } from '@molecule/adapters';
import type { Execution } from '../durable/open-execution.js';
import type { Readiness } from '../http/health.js';
import { checkEngine } from '../runner/check-engine.js';
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
    log.read.ping().then(() => ({ ok: true, detail: 'answers' }), notChecked('task log')),
    checkEngine(engine).catch(notChecked('engine')),
  ]);
  return { ready: taskLog.ok && health.ok, checks: { taskLog, engine: health }, durable: execution.status() };
}
