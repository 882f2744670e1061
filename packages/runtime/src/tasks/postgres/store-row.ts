import { type Kysely, sql } from 'kysely';
import type { MoveOrigin } from '../move-origin.js';
import { TaskStoreError } from '../task-store-error.js';

/** Makes the columns of the row. Without it, the store has no owner. */
export const STORE_ROW_MIGRATION = '008-workspace';

/** The one row that says what the store is. */
export interface StoreRow {
  /** No other store has it. */
  id: string;
  /** The id of the workspace whose tasks it holds; null: no agent was started on it yet. */
  workspace: string | null;
  /** The store that is being moved into this one, as JSON of a MoveOrigin; null: it is whole. */
  incomplete_from: string | null;
  /** The place to which its tasks were moved; null: they are here. */
  moved_to: string | null;
  /** The boot of the command that moves or renames it. It counts as long as that boot is alive. */
  held_by: string | null;
}

export interface StoreRowSchema {
  store_id: StoreRow;
}

/** The row, and whether a command that moves or renames the store is alive. */
export interface ReadStoreRow extends StoreRow {
  readonly is_held: boolean;
}

export async function readStoreRow(database: Kysely<StoreRowSchema>): Promise<ReadStoreRow> {
  const { rows } = await sql<ReadStoreRow>`select *, exists (
    select 1 from boots where boots.id = store_id.held_by and lease_until > clock_timestamp()
  ) as is_held from store_id`.execute(database);
  const [row] = rows;
  if (!row) throw new Error('The table store_id has no row.');
  return row;
}

/** Writes whose store it is, unless that is known already. */
export async function claimStore(database: Kysely<StoreRowSchema>, workspaceId: string): Promise<void> {
  await database.updateTable('store_id').set({ workspace: workspaceId }).where('workspace', 'is', null).execute();
}

/**
 * Refuses a store that must not be used as it is.
 *
 * @param workspaceId undefined: any workspace may use it
 * @returns the row
 * @throws {TaskStoreError} `STORE_OF_OTHER_WORKSPACE`, `STORE_IN_USE`, `STORE_INCOMPLETE`, `STORE_MOVED`
 */
export function refuseUnusable(row: ReadStoreRow, place: string, workspaceId: string | undefined): ReadStoreRow {
  refuseOther(row, place, workspaceId);
  if (row.is_held) {
    throw new TaskStoreError(
      'STORE_IN_USE',
      `A command is moving or renaming the store in ${place} at this moment. Wait until it has ended.`,
    );
  }
  if (row.incomplete_from !== null) {
    const { place: from } = JSON.parse(row.incomplete_from) as MoveOrigin;
    throw new TaskStoreError(
      'STORE_INCOMPLETE',
      `A move of the tasks from ${from} into ${place} was interrupted, so not all of them are here. Run \`molecule tasks move\` again, with the same settings. Nothing was lost: they are still in ${from}.`,
    );
  }
  if (row.moved_to !== null) {
    throw new TaskStoreError(
      'STORE_MOVED',
      `The tasks in ${place} were moved to ${row.moved_to}. Start the agent with that store. To go back to the tasks as they were when they were moved, run this in the database: update store_id set moved_to = null`,
    );
  }
  return row;
}

/** @throws {TaskStoreError} `STORE_OF_OTHER_WORKSPACE` */
export function refuseOther({ workspace }: StoreRow, place: string, workspaceId: string | undefined): void {
  if (workspaceId === undefined || workspace === null || workspace === workspaceId) return;
  throw new TaskStoreError(
    'STORE_OF_OTHER_WORKSPACE',
    `The tasks in ${place} belong to the workspace "${workspace}", and this is the workspace "${workspaceId}" (WORKSPACE_ID, or the name in config.yaml). If they are two agents, set DATABASE_URL of one of them to a database of its own. If the workspace was renamed, set WORKSPACE_ID=${workspace} to keep its name for the store; or stop its agents and run \`molecule tasks rename ${workspace}\`. Nothing was changed.`,
  );
}
