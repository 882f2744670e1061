import { MadeFiles } from '../engine/files/made-files.js';
import type { WorkDirs } from '../engine/files/work-dirs.js';
import type { TaskFiles } from '../execution/retention/task-files.js';
import { engineContext } from '../tasks/engine-context.js';
import type { TaskStore } from '../tasks/task-store.js';

/** The files that were made for tasks, as retention and `molecule tasks delete` delete them. */
export function openTaskFiles(workDirs: Pick<WorkDirs, 'pathOf' | 'ownPathOf'>, { log, team }: TaskStore): TaskFiles {
  const made = new MadeFiles({
    pathOf: (owner, contextId) => workDirs.pathOf(owner, engineContext(owner, contextId)),
    ownPathOf: (owner, contextId) => workDirs.ownPathOf(owner, engineContext(owner, contextId)),
  });
  const removeFiles = async (taskIds: readonly string[]) => {
    if (taskIds.length > 0) await made.removeInboxes(await log.retention.messagesWithFiles(taskIds));
  };
  return {
    removeFiles,
    async removeAll(taskIds) {
      await removeFiles(taskIds);
      if (taskIds.length > 0) await team.delegations.removeOf(taskIds);
    },
    removeOfConversation: (conversation) => made.removeOfConversation(conversation),
  };
}
