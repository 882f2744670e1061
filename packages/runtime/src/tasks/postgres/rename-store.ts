import type { Logger } from '@molecule/adapters';
import { monotonicClock } from '../../support/clock.js';
import { ShutdownSteps } from '../../support/shutdown-steps.js';
import { CALLER } from '../storage/storage-gate.js';
import { TaskStoreError } from '../task-store-error.js';
import { holdStore } from './hold-store.js';
import { openPostgresTables } from './open-postgres-store.js';
import type { PostgresSettings } from './postgres-settings.js';
import { readStoreRow } from './store-row.js';

export interface RenameOptions {
  /** The workspace whose store it must be. */
  readonly before: string;
  readonly workspaceId: string;
  readonly stateDir: string;
  readonly logger: Logger;
}

/**
 * Makes the store of a database that of another workspace.
 *
 * @throws {TaskStoreError} `STORE_IN_USE`, `STORE_OF_OTHER_WORKSPACE`
 */
export async function renameStore(settings: PostgresSettings, options: RenameOptions): Promise<void> {
  const { before, workspaceId, stateDir, logger } = options;
  const steps = new ShutdownSteps();
  try {
    const common = { logger, clock: monotonicClock, steps };
    const tables = await openPostgresTables(settings, { ...common, stateDir });
    const { place, database } = tables;
    const { workspace } = await database.read(readStoreRow, CALLER);
    if (workspace !== before) {
      const found = workspace === null ? 'no workspace yet' : `the workspace "${workspace}"`;
      throw new TaskStoreError(
        'STORE_OF_OTHER_WORKSPACE',
        `The tasks in ${place} belong to ${found}, and not to "${before}". Nothing was changed.`,
      );
    }
    const held = await holdStore(tables, common);
    held.assert();
    await database.write(
      (kysely) =>
        kysely.updateTable('store_id').set({ workspace: workspaceId }).where('workspace', '=', before).execute(),
      CALLER,
    );
  } finally {
    await steps.runAll(logger);
  }
}
