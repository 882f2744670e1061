import type { AgentEngine, EngineHealth, Logger } from '@molecule/adapters';
import type { Execution } from '../durable/open-execution.js';
import type { Readiness } from '../http/health.js';
import type { TaskLog } from '../task-log/task-log.js';

/** The contract gives an engine five seconds for its check; whoever asks for readiness waits no longer either. */
const CHECK_MS = 5_000;

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

async function checkEngine(engine: AgentEngine): Promise<EngineHealth> {
  if (!engine.check) return { ok: true, detail: 'running' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<EngineHealth>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: 'did not answer within 5 seconds' }), CHECK_MS);
  });
  try {
    return await Promise.race([engine.check(), late]);
  } finally {
    clearTimeout(timer);
  }
}
