import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { Button } from '../../base/Button.js';
import { text } from '../../text/text.js';
import { EntryRow, type TaskFacts } from './rows/EntryRow.js';
import { estimateHeight } from './timeline/estimate-height.js';
import type { TimelineEntry } from './timeline/items.js';

/** Pixels from the end within which a reader counts as reading the end. */
const NEAR = 48;

export interface TimelineListProps {
  readonly entries: readonly TimelineEntry[];
  readonly facts: TaskFacts;
  /** The end is kept in sight while the reader is there. */
  readonly followsEnd: boolean;
}

/** The entries that are in sight, of a timeline of any length. */
export function TimelineList({ entries, facts, followsEnd }: TimelineListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(followsEnd);
  const lastTop = useRef(0);
  const [isAway, setAway] = useState(false);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(entries[index]),
    getItemKey: (index) => entries[index]?.key ?? index,
    overscan: 3,
    useFlushSync: false,
  });

  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (followsEnd && atEnd.current) toEnd();
  });
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR;
    // Only a reader scrolls back; what is added moves the end away, not the place.
    if (isNear) atEnd.current = true;
    else if (scrollTop < lastTop.current - 1) atEnd.current = false;
    lastTop.current = scrollTop;
    setAway(followsEnd && !atEnd.current);
  };

  return (
    <div className="timeline">
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section
        className="timeline-scroller"
        ref={scroller}
        onScroll={onScroll}
        aria-label={text('task.timeline')}
        tabIndex={0}
      >
        <ol className="timeline-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const entry = entries[index];
            return (
              entry && (
                <li
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  data-kind={entry.kind}
                  aria-setsize={entries.length}
                  aria-posinset={index + 1}
                  className="timeline-row"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <EntryRow entry={entry} facts={facts} />
                </li>
              )
            );
          })}
        </ol>
      </section>
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      {isAway && (
        <Button
          className="timeline-end"
          onClick={() => {
            atEnd.current = true;
            setAway(false);
            toEnd();
          }}
        >
          {text('task.toEnd')}
        </Button>
      )}
    </div>
  );
}
