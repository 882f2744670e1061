import type { ToolCallContext } from '@molecule/adapters';
import { engineContext } from '../runner/engine-context.js';
import type { TaskLog } from '../task-log/task-log.js';

/**
 * The turn that calls a tool over MCP. An engine names the context, of which one turn runs at a time; one that does not is
 * taken to mean the only turn that runs. Nobody to be found: the call belongs to no task.
 */
export async function callingTurn(
  log: TaskLog,
  contextId: string | undefined,
  signal: AbortSignal,
): Promise<ToolCallContext> {
  const running = (await log.read.unfinished()).filter(({ attempt }) => attempt > 0);
  const matching =
    contextId === undefined
      ? running
      : running.filter((record) => engineContext(record.owner, record.contextId) === contextId);
  const [record, another] = matching;
  if (!record || another) return { taskId: '', contextId: contextId ?? '', signal };
  return { taskId: record.taskId, contextId: engineContext(record.owner, record.contextId), signal };
}
