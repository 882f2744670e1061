import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { TaskEvent } from '../../../api/types.js';
import { Button } from '../../../base/Button.js';
import { Icon } from '../../../base/Icon.js';
import { text } from '../../../text/text.js';
import { RawEvent } from './RawEvent.js';

export interface RawProtocolProps {
  readonly events: readonly TaskEvent[];
  /** The number of the event that is brought into sight. */
  readonly chosen: number | undefined;
}

/** Every event as A2A sends it, by its number. */
export function RawProtocol({ events, chosen }: RawProtocolProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate({ from: '/tasks/$taskId' });
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    getItemKey: (index) => events[index]?.seq ?? index,
    overscan: 8,
    useFlushSync: false,
  });
  const place = chosen === undefined ? -1 : placeOf(events, chosen);
  useEffect(() => {
    if (place >= 0) virtual.scrollToIndex(place, { align: 'center' });
  }, [place]);
  return (
    <section className="raw" aria-label={text('task.raw')}>
      <header className="raw-head">
        <h2>{text('task.raw')}</h2>
        <span className="soft">{text('task.events', { count: events.length })}</span>
        <Button
          kind="quiet"
          aria-label={text('task.closeRaw')}
          title={text('task.closeRaw')}
          icon={<Icon name="close" />}
          onClick={() => void navigate({ search: {}, replace: true })}
        />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div className="raw-scroller" ref={scroller} tabIndex={0}>
        <ol className="timeline-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const event = events[index];
            return (
              event && (
                <li
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  className="timeline-row"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <RawEvent event={event} isChosen={event.seq === chosen} />
                </li>
              )
            );
          })}
        </ol>
      </div>
    </section>
  );
}

/** The place of an event; numbers rise, but those of a compacted task have gaps. */
function placeOf(events: readonly TaskEvent[], seq: number): number {
  let low = 0;
  let high = events.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = events[middle]?.seq ?? 0;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
