import { join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { sql } from 'kysely';
import { monotonicClock } from '../../support/clock.js';
import { ShutdownSteps } from '../../support/shutdown-steps.js';
import { observedLocks } from '../sqlite/boot-locks.js';
import { lockForMove, readMoveMark, writeMoveMark } from '../sqlite/move-mark.js';
import { openSqliteTables } from '../sqlite/open-sqlite-store.js';
import type { Database } from '../storage/database.js';
import { readStateId, writeStateId } from '../storage/state-id.js';
import { CALLER } from '../storage/storage-gate.js';
import { agentsRun, otherCommandRuns } from '../store-in-use.js';
import { LOG_TABLE_NAMES, TEAM_TABLE_NAMES } from './copied-tables.js';
import type { MovableStore } from './movable-store.js';

/**
 * Opens the store of a state directory for a move, which must exist, and brings its tables up to date.
 *
 * @throws {TaskStoreError} `STORE_IN_USE`
 */
export async function openSqliteEnd(stateDir: string, logger: Logger): Promise<MovableStore> {
  const steps = new ShutdownSteps();
  try {
    return await open(stateDir, logger, steps);
  } catch (error) {
    await steps.runAll(logger);
    throw error;
  }
}

async function open(stateDir: string, logger: Logger, steps: ShutdownSteps): Promise<MovableStore> {
  const place = `the state directory ${stateDir}`;
  // An agent looks for this lock after it has taken its own.
  const lock = lockForMove(stateDir);
  if (!lock) throw otherCommandRuns(place);
  steps.add('lock of the move', () => lock.release());
  const agents = await observedLocks(stateDir).count();
  if (agents > 0) throw agentsRun(place, agents);
  const options = { logger, clock: monotonicClock, durability: 'machine', steps } as const;
  const { tasks, team, blobs } = await openSqliteTables(stateDir, options);
  const mark = readMoveMark(stateDir);
  const synced = async () => {
    await tasks.synced(CALLER);
    await team.synced(CALLER);
  };
  return {
    place,
    id: readStateId(stateDir),
    tasks,
    team,
    blobs,
    incompleteFrom: mark?.state === 'incomplete' ? mark.from : undefined,
    movedTo: mark?.state === 'moved' ? mark.to : undefined,
    wayBack: `To go back to the tasks as they were when they were moved, remove ${join(stateDir, 'move.json')}.`,
    assertHeld() {},
    markIncomplete: (from) => writeMoveMark(stateDir, { state: 'incomplete', from }),
    async clear() {
      await empty(tasks, LOG_TABLE_NAMES);
      await empty(team, TEAM_TABLE_NAMES);
    },
    async complete(id) {
      writeStateId(stateDir, id);
      await synced();
      await writeMoveMark(stateDir, undefined);
    },
    markMoved: (to) => writeMoveMark(stateDir, { state: 'moved', to }),
    [Symbol.asyncDispose]: () => steps.runAll(logger),
  };
}

async function empty<Schema>(database: Database<Schema>, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await database.write((kysely) => sql`delete from ${sql.table(table)}`.execute(kysely), CALLER);
  }
}
