import type { Conversation } from '../../tasks/log/retention/due-tasks.js';

/** What the runtime keeps for tasks and conversations outside of the log. What does not exist is no error. */
export interface TaskFiles {
  /** Deletes the copies of files that were made for the messages of ended tasks. */
  removeFiles(taskIds: readonly string[]): Promise<void>;
  /** The same for tasks that are about to be deleted, and their delegations. */
  removeAll(taskIds: readonly string[]): Promise<void>;
  /** Deletes the working directory that belongs to this conversation alone. */
  removeOfConversation(conversation: Conversation): Promise<void>;
}
