import { TaskStoreError } from '../task-store-error.js';
import { type CopiedFiles, checkFiles, copyFiles } from './copy-files.js';
import { checkTables, copyTables, rowsIn } from './copy-tables.js';
import type { MovableStore } from './movable-store.js';

/** How far a move is. */
export interface MoveProgress {
  readonly step: 'files' | 'rows' | 'check of files' | 'check of rows';
  /** Files, or rows of all tables. */
  readonly done: number;
  /** Undefined: not known. */
  readonly of: number | undefined;
  /** Of files. */
  readonly bytes?: number;
}

/** What was moved. */
export interface MoveReport extends CopiedFiles {
  /** Rows by the name of their table; a table without rows is absent. */
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * Moves everything that a store holds into an empty one. All or nothing: until the copy is whole and checked, it cannot be opened, and
 * the source stays as it was. A move that was interrupted begins from the start when it is repeated, but keeps files that were copied already.
 *
 * @throws {TaskStoreError} `STORE_NOT_EMPTY`, `STORE_MOVED`, `STORE_INCOMPLETE`, `STORE_IN_USE`, `STORE_COPY_DIFFERS`
 */
export async function moveStore(
  from: MovableStore,
  to: MovableStore,
  told: (progress: MoveProgress) => void,
): Promise<MoveReport> {
  await refuse(from, to);
  await to.markIncomplete({ place: from.place, id: from.id });
  // From now on its mark keeps agents away, and the lock of the source any other move of it.
  to.assertHeld();
  await to.clear();
  const files = await copyFiles(from, to, ({ files: done, bytes }) =>
    told({ step: 'files', done, bytes, of: undefined }),
  );
  const rows = await rowsIn(from);
  const of = [...rows.values()].reduce((sum, count) => sum + count, 0);
  const copied = await copyTables(from, to, (done) => told({ step: 'rows', done, of }));
  await checkFiles(from, to, files, ({ files: done, bytes }) =>
    told({ step: 'check of files', done, bytes, of: files.files }),
  );
  await checkTables(from, to, copied, (done) => told({ step: 'check of rows', done, of }));
  from.assertHeld();
  // In this order: a kill in between leaves two stores that cannot be opened, and none that begins with old tasks.
  await from.markMoved(to.place);
  await to.complete(from.id);
  return { ...files, rows };
}

async function refuse(from: MovableStore, to: MovableStore): Promise<void> {
  const { incompleteFrom: unfinished } = to;
  const goesOn = unfinished?.id === from.id;
  if (from.incompleteFrom) {
    throw new TaskStoreError(
      'STORE_INCOMPLETE',
      `A move from ${from.incompleteFrom.place} into ${from.place} was interrupted, so not all tasks are there. Finish that move first, or move from ${from.incompleteFrom.place}.`,
    );
  }
  if (from.movedTo !== undefined && !goesOn) {
    throw new TaskStoreError(
      'STORE_MOVED',
      `The tasks in ${from.place} were moved to ${from.movedTo} already. ${from.wayBack}`,
    );
  }
  if (goesOn) return;
  const found = unfinished
    ? `an unfinished move from ${unfinished.place}`
    : [...(await rowsIn(to))].map(([name, count]) => `${name} (${count})`).join(', ');
  if (found === '' && to.movedTo === undefined) return;
  const before = to.movedTo === undefined ? '' : `, and its tasks were moved to ${to.movedTo}`;
  throw new TaskStoreError(
    'STORE_NOT_EMPTY',
    `${to.place} is not empty: it holds ${found || 'no rows'}${before}. Nothing was changed. Name an empty store: a new database or schema, or another MOLECULE_STATE_DIR.`,
  );
}
