import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { readEvents, taskQuery } from '../api/queries.js';
import type { TaskRow } from '../api/types.js';
import { live } from '../live/live-stream.js';
import { useLive } from '../live/use-live.js';
import { EventFold, type FoldedTurn } from './fold-events.js';
import type { Turn } from './turn.js';
import { turnsOfTask } from './turns-of-task.js';

/** So many events are read with the task; those of longer tasks when they are asked for. */
const FEW_EVENTS = 600;

export interface TaskTurns {
  /** Empty until the task was read. */
  readonly turns: readonly Turn[];
  readonly error: unknown;
  /** True if the task has steps that were not read. */
  readonly hasMore: boolean;
  readonly readSteps: () => void;
}

interface Read {
  readonly turns: readonly FoldedTurn[];
  readonly complete: boolean;
  readonly seq: number;
}

/**
 * The turns of a task.
 *
 * @param follows whether the page's stream carries the events of this task. One task at a time.
 */
export function useTaskTurns(row: TaskRow, follows: boolean): TaskTurns {
  const { data: detail, error } = useQuery(taskQuery(row.id));
  const fold = useMemo(() => new EventFold(), [row.id]);
  const [read, setRead] = useState<Read>();
  const [wanted, setWanted] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  useEffect(() => {
    if (!follows) return;
    return live.follow({ id: row.id, after: () => fold.seq });
  }, [follows, row.id, fold]);
  useLive(({ events }) => {
    if (!follows || events.length === 0) return;
    let changed = false;
    for (const event of events) changed = fold.add(event) || changed;
    if (changed) setRead({ turns: fold.turns, complete: true, seq: fold.seq });
  });

  const known = read?.seq ?? 0;
  const last = detail?.events.last ?? 0;
  const isShort = last - known <= FEW_EVENTS;
  const reads = !follows && detail !== undefined && known < last && (wanted || isShort);
  useEffect(() => {
    if (!reads) return;
    const abort = new AbortController();
    readAll(row.id, fold, abort.signal).then(
      (complete) => setRead({ turns: fold.turns, complete, seq: fold.seq }),
      (reason: unknown) => {
        if (!abort.signal.aborted) setFailure(reason);
      },
    );
    return () => abort.abort();
  }, [reads, row.id, fold]);

  const turns = useMemo(() => {
    if (detail === undefined) return [];
    // Of a task that is no longer followed, the end may be missing; its answer is then in the artifacts.
    const isWhole = follows || known >= last;
    return turnsOfTask(detail.task, read && { turns: read.turns, complete: read.complete && isWhole });
  }, [detail, read, follows, known, last]);
  return {
    turns,
    error: error ?? failure,
    hasMore: !follows && !reads && known < last,
    readSteps: () => setWanted(true),
  };
}

/** Reads every event that the fold does not have. Resolves to whether nothing of them was deleted. */
async function readAll(id: string, fold: EventFold, signal: AbortSignal): Promise<boolean> {
  let complete = true;
  for (;;) {
    const page = await readEvents(id, fold.seq, signal);
    signal.throwIfAborted();
    for (const event of page.events) fold.add(event);
    complete &&= page.complete;
    if (!page.more || page.events.length === 0) return complete;
  }
}
