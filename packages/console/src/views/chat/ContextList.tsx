import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { contextsQuery } from '../../api/queries.js';
import type { ContextRow, TaskRow } from '../../api/types.js';
import { Button } from '../../base/Button.js';
import { ErrorNote, Loading } from '../../base/notes.js';
import { stateKind, stateName } from '../../base/StateBadge.js';
import { Time } from '../../base/Time.js';
import { useLive } from '../../live/use-live.js';
import { text } from '../../text/text.js';

interface ContextListProps {
  readonly selected: string | undefined;
  readonly onChoose?: () => void;
}

/** The conversations, the latest first; it follows the live stream. */
export function ContextList({ selected, onChoose }: ContextListProps) {
  // What has changed while no list was shown is read again.
  const query = useInfiniteQuery({ ...contextsQuery, staleTime: 0 });
  useLiveContexts();
  const contexts = query.data?.pages.flatMap((page) => page.contexts) ?? [];
  return (
    <>
      {query.error !== null && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.isSuccess && contexts.length === 0 && <p className="chat-none">{text('chat.none')}</p>}
      <ul className="contexts">
        {contexts.map(({ id, title, state, lastAt }) => (
          <li key={id}>
            <Link
              to="/chat/$contextId"
              params={{ contextId: id }}
              className="context"
              aria-current={id === selected ? 'page' : undefined}
              onClick={onChoose}
            >
              <span className="context-title">{title === '' ? id : title}</span>
              <span className={`context-meta state-${stateKind(state)}`}>
                <span className="state-dot" aria-hidden="true" />
                <span>{stateName(state)}</span>
                <Time at={lastAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button kind="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {text('chat.older')}
        </Button>
      )}
    </>
  );
}

/** Brings the list up to date with what the stream brings, in the cache, where the next opening of the list finds it. */
function useLiveContexts(): void {
  const client = useQueryClient();
  useLive(({ tasks }) => {
    if (tasks.length === 0) return;
    client.setQueryData(contextsQuery.queryKey, (data) => {
      const [first, ...others] = data?.pages ?? [];
      if (data === undefined || first === undefined) return data;
      const contexts = withChanges(
        data.pages.flatMap((page) => page.contexts),
        tasks,
      );
      const rest = others.map((page) => ({ ...page, contexts: [] }));
      return { ...data, pages: [{ ...first, contexts }, ...rest] };
    });
  });
}

/** The conversations, the one that has changed last first. */
function withChanges(known: readonly ContextRow[], changed: readonly TaskRow[]): readonly ContextRow[] {
  const byId = new Map(known.map((context) => [context.id, context]));
  for (const { contextId: id, title, owner, state, statusAt: lastAt } of changed) {
    const before = byId.get(id) ?? { id, title, owner, tasks: 1, state, lastAt };
    if (before.lastAt <= lastAt) byId.set(id, { ...before, title, state, lastAt });
  }
  return [...byId.values()].sort((one, other) => (one.lastAt < other.lastAt ? 1 : -1));
}
