import { type ActingFor, actingFor, actingForIn } from '../../execution/intake/acting-for.js';
import { ANONYMOUS } from '../../tasks/engine-context.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { Delegation } from '../../tasks/team/delegation.js';
import { UNOWNED } from '../../tasks/team/schema.js';

/** For whom this agent delegates: the owner of the task that it delegates from, and for whom that one acted. */
export async function actingForTask(
  log: TaskLog,
  { owner, parentTask }: Pick<Delegation, 'owner' | 'parentTask'>,
  ownId: string,
): Promise<ActingFor> {
  const input = await log.read.input(parentTask);
  const asked = owner === UNOWNED ? (await log.read.head(parentTask))?.owner : owner;
  return actingFor(ownId, asked ?? ANONYMOUS, actingForIn(input?.metadata ?? {}));
}
