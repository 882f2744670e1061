import type { TaskState } from '../../api/a2a.js';
import type { Counts } from '../../api/types.js';
import { stateKind, stateName } from '../../base/StateBadge.js';
import { integer, short } from '../../text/format.js';
import { text } from '../../text/text.js';

const OPEN: readonly TaskState[] = [
  'TASK_STATE_WORKING',
  'TASK_STATE_SUBMITTED',
  'TASK_STATE_INPUT_REQUIRED',
  'TASK_STATE_AUTH_REQUIRED',
];
const ENDED: readonly TaskState[] = [
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_REJECTED',
];

/** Rare states; their filter is shown only while there are such tasks. */
const RARE: ReadonlySet<TaskState> = new Set<TaskState>(['TASK_STATE_AUTH_REQUIRED', 'TASK_STATE_REJECTED']);

export interface StateFilterProps {
  readonly states: readonly TaskState[];
  readonly counts: Counts | undefined;
  readonly onToggle: (state: TaskState) => void;
}

/** A switch for each state with its count: of open tasks now, of ended ones in the last 24 hours. */
export function StateFilter({ states, counts, onToggle }: StateFilterProps) {
  const toggles = [...OPEN, ...ENDED].map((state) => {
    const isOpen = OPEN.includes(state);
    const count = (isOpen ? counts?.open[state] : counts?.ended24h[state]) ?? 0;
    return { state, isOpen, count, isOn: states.includes(state) };
  });
  return (
    <fieldset className="state-filter">
      <legend className="unseen">{text('tasks.state')}</legend>
      {toggles
        .filter(({ state, count, isOn }) => !RARE.has(state) || count > 0 || isOn)
        .map(({ state, isOpen, count, isOn }) => (
          <button
            key={state}
            type="button"
            className={`state-toggle state-${stateKind(state)}`}
            aria-pressed={isOn}
            title={text(isOpen ? 'tasks.openCount' : 'tasks.endedCount', { count: integer(count) })}
            onClick={() => onToggle(state)}
          >
            {stateName(state)}
            {counts !== undefined && <span className="state-count">{short(count)}</span>}
          </button>
        ))}
    </fieldset>
  );
}
