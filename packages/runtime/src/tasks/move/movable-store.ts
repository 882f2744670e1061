import type { Blobs } from '../blobs/blobs.js';
import type { TaskLogSchema } from '../log/schema.js';
import type { MoveOrigin } from '../move-origin.js';
import type { Database } from '../storage/database.js';
import type { TeamSchema } from '../team/schema.js';

/** A store that a move reads or fills. While it is open, no agent uses it, and none can begin to. */
export interface MovableStore extends AsyncDisposable {
  /** For messages. */
  readonly place: string;
  /** No other store has it. With it, a workspace without a WORKSPACE_ID names its task queue in Temporal. */
  readonly id: string;
  readonly tasks: Database<TaskLogSchema>;
  readonly team: Database<TeamSchema>;
  readonly blobs: Blobs;
  /** Set if an earlier move into it has not ended. */
  readonly incompleteFrom: MoveOrigin | undefined;
  /** The place to which its tasks were moved; undefined: they are here. */
  readonly movedTo: string | undefined;
  /** How to go back to it after the move, for the operator. */
  readonly wayBack: string;
  /** @throws {TaskStoreError} `STORE_IN_USE`, if agents may have begun to use it */
  assertHeld(): void;
  /** From now on it cannot be opened until {@link complete}. */
  markIncomplete(from: MoveOrigin): Promise<void>;
  /** Deletes all rows. Files stay: their names tell whether they are the right ones. */
  clear(): Promise<void>;
  /** It is whole, and from now on the store with this id. */
  complete(id: string): Promise<void>;
  /** From now on it cannot be opened, because its tasks are elsewhere. */
  markMoved(to: string): Promise<void>;
}
