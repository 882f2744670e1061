import type { Conversation } from '../../tasks/log/retention/due-tasks.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { BatchPace } from './batch-pace.js';

/** Conversations that are read or marked at once. */
const BATCH = 50;

export interface ConversationSweep {
  /** Conversations without activity since this time are to be forgotten. */
  readonly before: number;
  /** True if conversations that are due may have tasks. */
  readonly hasTasks: boolean;
  readonly pace: BatchPace;
  readonly isOver: () => boolean;
}

/** Marks the conversations that have reached their age as to be forgotten. */
export async function sweepConversations({ retention }: TaskLog, sweep: ConversationSweep): Promise<void> {
  const { before, hasTasks, pace, isOver } = sweep;
  const { conversations } = retention;
  while (!isOver() && (await pace.run(() => conversations.markKept(before, BATCH))) === BATCH);
  let last: Conversation | undefined;
  while (hasTasks && !isOver()) {
    const found = await pace.run(() => retention.conversationsAfter(last, BATCH));
    const due = found.filter(({ activeAt }) => activeAt < before);
    if (due.length > 0) await pace.run(() => conversations.mark(due, before));
    last = found.at(-1);
    if (found.length < BATCH) return;
  }
}
