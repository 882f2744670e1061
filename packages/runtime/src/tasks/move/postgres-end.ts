import type { Logger } from '@molecule/adapters';
import { sql } from 'kysely';
import { monotonicClock } from '../../support/clock.js';
import { ShutdownSteps } from '../../support/shutdown-steps.js';
import type { MoveOrigin } from '../move-origin.js';
import { holdStore } from '../postgres/hold-store.js';
import { openPostgresTables } from '../postgres/open-postgres-store.js';
import type { PostgresSettings } from '../postgres/postgres-settings.js';
import { readStoreRow, refuseOther, type StoreRow } from '../postgres/store-row.js';
import { CALLER } from '../storage/storage-gate.js';
import { LOG_TABLE_NAMES, TEAM_TABLE_NAMES } from './copied-tables.js';
import type { MovableStore } from './movable-store.js';

export interface PostgresEndOptions {
  /** For copies of files. */
  readonly stateDir: string;
  readonly workspaceId: string;
  readonly logger: Logger;
}

/**
 * Opens the store of a database for a move, and brings its tables up to date.
 *
 * @throws {TaskStoreError} `STORE_IN_USE`, `STORE_OF_OTHER_WORKSPACE`
 */
export async function openPostgresEnd(settings: PostgresSettings, options: PostgresEndOptions): Promise<MovableStore> {
  const steps = new ShutdownSteps();
  try {
    return await open(settings, options, steps);
  } catch (error) {
    await steps.runAll(options.logger);
    throw error;
  }
}

async function open(
  settings: PostgresSettings,
  { stateDir, workspaceId, logger }: PostgresEndOptions,
  steps: ShutdownSteps,
): Promise<MovableStore> {
  const options = { logger, clock: monotonicClock, steps };
  const tables = await openPostgresTables(settings, { ...options, stateDir });
  const { place, database, blobs } = tables;
  const row = await database.read(readStoreRow, CALLER);
  refuseOther(row, place, workspaceId);
  const held = await holdStore(tables, options);
  const change = async (changed: Partial<StoreRow>) => {
    await database.write((kysely) => kysely.updateTable('store_id').set(changed).execute(), CALLER);
  };
  return {
    place,
    id: row.id,
    tasks: database,
    team: database,
    blobs,
    incompleteFrom: row.incomplete_from === null ? undefined : (JSON.parse(row.incomplete_from) as MoveOrigin),
    movedTo: row.moved_to ?? undefined,
    wayBack:
      'To go back to the tasks as they were when they were moved, run in that database: update store_id set moved_to = null',
    assertHeld: () => held.assert(),
    markIncomplete: (from) => change({ incomplete_from: JSON.stringify(from) }),
    async clear() {
      const names = [...new Set([...LOG_TABLE_NAMES, ...TEAM_TABLE_NAMES])].map((name) => sql.table(name));
      await database.write((kysely) => sql`truncate ${sql.join(names)}`.execute(kysely), CALLER);
    },
    complete: (id) => change({ id, workspace: workspaceId, incomplete_from: null }),
    markMoved: (to) => change({ moved_to: to }),
    [Symbol.asyncDispose]: () => steps.runAll(logger),
  };
}
