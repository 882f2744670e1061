import type { AdmittedTurn } from '../admission/admitted-places.js';
import type { TurnDispatcher } from './turn-dispatcher.js';
import type { TurnRunner } from './turn-runner.js';

export type Dispatch = TurnDispatcher['dispatch'];

/** What gives a turn its place, and what starts it. */
interface Places {
  readonly runner: TurnRunner;
  readonly dispatcher: TurnDispatcher;
}

/** Calls `accept` for a turn that has a place, which is given up if the turn is not dispatched. */
export async function inPlace<Outcome>(
  { runner, dispatcher }: Places,
  { taskId, turn }: Pick<AdmittedTurn, 'taskId' | 'turn'>,
  accept: (dispatch: Dispatch) => Promise<Outcome>,
): Promise<Outcome> {
  let dispatched = false;
  try {
    return await accept((...turns) => {
      dispatched = true;
      dispatcher.dispatch(...turns);
    });
  } finally {
    if (!dispatched) runner.giveUp(taskId, turn);
  }
}
