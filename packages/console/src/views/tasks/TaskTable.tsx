import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { Button } from '../../base/Button.js';
import { type TextKey, text } from '../../text/text.js';
import { TaskLine } from './TaskLine.js';
import type { TaskList } from './task-list.js';
import { useKeptPlace } from './use-kept-place.js';
import { useListKeys } from './use-list-keys.js';
import { useRowHeight } from './use-row-height.js';

export interface TaskTableProps {
  readonly list: TaskList;
  /** Keeps where the reader was. */
  readonly place: { scrollTop: number };
  readonly showOwner: boolean;
  readonly searchField: RefObject<HTMLInputElement | null>;
}

/** The rows that are in sight, of a list of any length. */
export function TaskTable({ list, place, showOwner, searchField }: TaskTableProps) {
  const scroller = useRef<HTMLTableSectionElement>(null);
  const rowHeight = useRowHeight();
  const { rows } = list;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
    initialOffset: place.scrollTop,
  });
  const shown = virtual.getVirtualItems();
  const { active, setActive } = useListKeys({
    rows,
    searchField,
    show: (index) => virtual.scrollToIndex(index),
    scroller,
  });

  const { unseen, toTop } = useKeptPlace(scroller, list, rowHeight);
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 30 && list.failure === undefined) void list.readMore();
  }, [last, rows.length, list]);
  useLayoutEffect(() => virtual.measure(), [rowHeight]);

  return (
    <table
      className={showOwner ? 'task-table task-table-owners' : 'task-table'}
      aria-label={text('nav.tasks')}
      aria-rowcount={list.hasMore ? -1 : rows.length + 1}
    >
      {unseen > 0 && (
        <caption className="task-unseen">
          <Button onClick={toTop}>{text('tasks.new', { count: unseen })}</Button>
        </caption>
      )}
      <thead>
        <tr className="task-heads" aria-rowindex={1}>
          <Head name="tasks.state" />
          <Head name="tasks.task" />
          <Head name="tasks.context" />
          {showOwner && <Head name="tasks.owner" />}
          <Head name="tasks.age" number />
          <Head name="tasks.duration" number />
          <Head name="tasks.tokens" number />
          <Head name="tasks.cost" number />
        </tr>
      </thead>
      <tbody
        className="task-scroller"
        ref={scroller}
        onScroll={(event) => {
          place.scrollTop = event.currentTarget.scrollTop;
        }}
      >
        {shown.map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              <TaskLine
                key={row.id}
                row={row}
                index={index}
                top={start}
                isActive={row.id === active}
                showOwner={showOwner}
                onFocus={setActive}
              />
            )
          );
        })}
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: it has no content and takes no focus; it only gives the list its height. */}
        <tr className="task-extent" aria-hidden="true" style={{ height: virtual.getTotalSize() }} />
      </tbody>
    </table>
  );
}

function Head({ name, number }: { readonly name: TextKey; readonly number?: boolean }) {
  return (
    <th scope="col" className={number ? 'cell-number' : undefined}>
      {text(name)}
    </th>
  );
}
