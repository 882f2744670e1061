import { useEffect, useState, useSyncExternalStore } from 'react';
import type { TaskEvent, TaskRow } from '../../api/types.js';
import { type Connection, live } from '../../live/live-stream.js';
import { TaskList } from '../tasks/task-list.js';

export interface ContextTasks {
  /** The oldest first. */
  readonly rows: readonly TaskRow[];
  /** Nothing was read yet. */
  readonly isNew: boolean;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly error: unknown;
  readonly readMore: () => void;
  readonly refresh: () => Promise<void>;
}

/**
 * The tasks of a conversation, kept current by the live stream.
 *
 * @param contextId Absent: a new conversation, which has none yet.
 * @param owner Whose tasks the stream carries. Absent while it is not known.
 */
export function useContextTasks(contextId: string | undefined, owner: string | undefined): ContextTasks {
  const [list, setList] = useState<TaskList>();
  useEffect(() => {
    if (contextId === undefined || owner === undefined) return;
    const stopping = new AbortController();
    const opened = new TaskList({ context: contextId }, owner, stopping.signal);
    const stopLive = keepCurrent(opened);
    setList(opened);
    void opened.readMore();
    return () => {
      stopLive();
      stopping.abort();
    };
  }, [contextId, owner]);
  useSyncExternalStore(list?.subscribe ?? never, () => list?.version);
  return {
    rows: [...(list?.rows ?? [])].sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1)),
    isNew: contextId !== undefined && (list?.isNew ?? true),
    hasMore: list?.hasMore ?? false,
    isReading: list?.isReading ?? false,
    error: list?.failure,
    readMore: () => void list?.readMore(),
    refresh: () => list?.refresh() ?? Promise.resolve(),
  };
}

function keepCurrent(list: TaskList): () => void {
  const stopBatches = live.onBatch((batch) => {
    list.apply(batch);
    list.apply({ tasks: changedBy(list.rows, batch.events), removed: [] });
  });
  let before: Connection = live.connection;
  const stopStates = live.onConnection(() => {
    if (before === 'reconnecting' && live.connection === 'live') void list.refresh();
    before = live.connection;
  });
  return () => {
    stopBatches();
    stopStates();
  };
}

/** The events of the followed task come before its row does: an answer must not go to a task that has ended meanwhile. */
function changedBy(rows: readonly TaskRow[], events: readonly TaskEvent[]): readonly TaskRow[] {
  const update = events.findLast(({ event }) => event.statusUpdate !== undefined);
  const { taskId, status } = update?.event.statusUpdate ?? {};
  const row = rows.find(({ id }) => id === taskId);
  if (update === undefined || status === undefined || row === undefined || row.seq >= update.seq) return [];
  return [{ ...row, seq: update.seq, state: status.state, statusAt: update.at ?? row.statusAt }];
}

function never(): () => void {
  return () => undefined;
}
