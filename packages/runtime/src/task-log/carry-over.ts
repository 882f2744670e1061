import { setImmediate as nextTick } from 'node:timers/promises';
import type { Sqlite } from '../storage/sqlite.js';

/** Tasks that are carried over in one transaction; others are served between two. */
const BATCH = 50;

/**
 * Brings into the task log at `path` what an open one has and it has not: tasks that are missing there or have come less
 * far, with their events, which message made which task, and what the engine is still to release of them. Both have the same tables.
 *
 * @returns how many tasks were brought
 */
export async function carryOver(open: Sqlite, path: string): Promise<number> {
  open.prepare('attach ? as found').run([path]);
  try {
    const ids = select(
      open,
      `select mine.id as name from main.tasks mine left join found.tasks theirs on theirs.id = mine.id
       where theirs.id is null or (theirs.terminal, theirs.fence, theirs.seq) < (mine.terminal, mine.fence, mine.seq)`,
    );
    for (let at = 0; at < ids.length; at += BATCH) {
      carry(open, ids.slice(at, at + BATCH));
      await nextTick();
    }
    return ids.length;
  } finally {
    open.exec('detach found');
  }
}

function carry(open: Sqlite, ids: readonly string[]): void {
  open.exec('begin immediate');
  try {
    for (const id of ids) {
      copy(open, 'tasks', 'replace', 'id', id);
      open.prepare('delete from found.task_events where task_id = ?').run([id]);
      copy(open, 'task_events', 'replace', 'task_id', id);
      copy(open, 'task_messages', 'ignore', 'task_id', id);
      copy(open, 'abandoned_work', 'ignore', 'task_id', id);
    }
    open.exec('commit');
  } catch (error) {
    if (open.inTransaction) open.exec('rollback');
    throw error;
  }
}

function copy(open: Sqlite, table: string, conflict: string, key: string, id: string): void {
  const columns = select(open, `select name from pragma_table_info('${table}')`).join(', ');
  open
    .prepare(
      `insert or ${conflict} into found.${table} (${columns}) select ${columns} from main.${table} where ${key} = ?`,
    )
    .run([id]);
}

/** The values of a query's column `name`. */
function select(open: Sqlite, query: string): readonly string[] {
  return (open.prepare(query).all([]) as readonly { readonly name: string }[]).map(({ name }) => name);
}
