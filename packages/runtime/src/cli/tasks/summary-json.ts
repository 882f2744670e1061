import type { TaskSummary } from '../../tasks/log/operator-view.js';
import { nameOfState } from './read-options.js';

/** A task without its content, as `--json` and exports have it. */
export function summaryJson({ state, terminal: _, createdAt, statusAt, ...rest }: TaskSummary) {
  return {
    ...rest,
    state: nameOfState(state),
    createdAt: new Date(createdAt).toISOString(),
    statusAt: new Date(statusAt).toISOString(),
  };
}
