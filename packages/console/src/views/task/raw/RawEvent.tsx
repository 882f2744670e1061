import { memo } from 'react';
import type { TaskEvent } from '../../../api/types.js';
import { ClockTime } from '../../../base/Time.js';
import { useOpenEntry } from '../open-entries.js';
import { ValueView } from '../rows/ValueView.js';
import { summaryOf } from './summary-of.js';

export interface RawEventProps {
  readonly event: TaskEvent;
  readonly isChosen: boolean;
}

/** An event in one line; its JSON below it, opened at once if the event was chosen. */
export const RawEvent = memo(function RawEvent({ event, isChosen }: RawEventProps) {
  const [isToggled, toggle] = useOpenEntry(`raw-${event.seq}`);
  const isOpen = isToggled !== isChosen;
  const { kind, brief } = summaryOf(event.event);
  return (
    <div className={isChosen ? 'raw-event raw-chosen' : 'raw-event'}>
      <button type="button" className="raw-line" aria-expanded={isOpen} onClick={toggle}>
        <span className="raw-number">{event.seq}</span>
        <span className="raw-kind">{kind}</span>
        <span className="fold-brief">{brief}</span>
        {event.at !== undefined && <ClockTime at={event.at} />}
      </button>
      {isOpen && <ValueView label="JSON" value={event.event} />}
    </div>
  );
});
