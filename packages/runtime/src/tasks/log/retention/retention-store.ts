import { type Changes, removedName } from '../../changes.js';
import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import { HotStatements } from '../hot-statements.js';
import type { TaskLogSchema } from '../schema.js';
import { ConversationStore } from './conversation-store.js';
import { type DeletedTask, deleteEndedTasks } from './delete-tasks.js';
import { type Conversation, conversationsAfter, endedBefore, endedIn } from './due-tasks.js';
import {
  messagesWithFiles,
  releaseFiles,
  type SentMessage,
  type TaskWithFiles,
  tasksWithFiles,
} from './task-file-rows.js';

/** What deletes tasks and conversations. Each call is one short query or transaction. */
export class RetentionStore {
  readonly conversations: ConversationStore;
  readonly #database: Database<TaskLogSchema>;
  readonly #changes: Pick<Changes, 'publish'>;
  readonly #statements = new HotStatements();

  constructor(database: Database<TaskLogSchema>, changes: Pick<Changes, 'publish'>) {
    this.#database = database;
    this.#changes = changes;
    this.conversations = new ConversationStore(database);
  }

  /**
   * Deletes those of the tasks that have ended and that no engine works on any more, with everything that the log holds of them.
   *
   * @param options `forget`: nothing is to be left of them, see {@link deleteEndedTasks}
   * @returns the tasks that were deleted
   */
  async deleteEnded(ids: readonly string[], options = { forget: false }): Promise<readonly DeletedTask[]> {
    if (ids.length === 0) return [];
    const tasks = { ids, ...options };
    const deleted = await this.#database.transaction(
      (transaction) => deleteEndedTasks(this.#database, transaction, this.#statements, tasks),
      // A checkpoint holds the lock for milliseconds, again and again; a sweep that ended there would leave the rest to the next one.
      CALLER,
    );
    for (const task of deleted) this.#changes.publish(removedName(task), 'removed');
    return deleted;
  }

  /** The oldest ended tasks whose end is before a time and that no engine works on any more. */
  endedBefore(before: number, most: number): Promise<readonly string[]> {
    return this.#database.read((database) => endedBefore(database, before, most), CALLER);
  }

  /** Ended tasks of a conversation that no engine works on any more and whose end is not after a time. */
  endedIn(conversation: Conversation, until: number, most: number): Promise<readonly string[]> {
    return this.#database.read((database) => endedIn(database, conversation, until, most), CALLER);
  }

  /** Some conversations with the time of their last activity, in the order of their names. */
  conversationsAfter(
    after: Conversation | undefined,
    most: number,
  ): Promise<readonly (Conversation & { readonly activeAt: number })[]> {
    return this.#database.read((database) => conversationsAfter(database, after, most), CALLER);
  }

  /**
   * Frees a little of the space of what was deleted in the file system.
   *
   * @returns true if there is more
   */
  shrink(keepBytes: number): Promise<boolean> {
    return this.#database.shrink(keepBytes, CALLER);
  }

  /** What was sent with the messages of these tasks, for those whose messages or answers have stored files. */
  messagesWithFiles(ids: readonly string[]): Promise<readonly SentMessage[]> {
    return this.#database.read((database) => messagesWithFiles(database, ids), CALLER);
  }

  /** Some tasks that name stored files, in the order of their ids; those that ended before a time are marked. */
  tasksWithFiles(after: string, before: number, most: number): Promise<readonly TaskWithFiles[]> {
    return this.#database.read((database) => tasksWithFiles(database, after, before, most), CALLER);
  }

  /** The tasks no longer keep their files, which are deleted if no other task names them. The tasks still say which they had. */
  async releaseFiles(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#database.write((database) => releaseFiles(database, ids), CALLER);
  }
}
