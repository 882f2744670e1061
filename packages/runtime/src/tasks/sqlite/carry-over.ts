import { setImmediate as nextTick } from 'node:timers/promises';
import type { Sqlite } from '../../support/sqlite/sqlite.js';

/** Tasks that are copied in one transaction. Between two transactions, requests are served. */
const BATCH = 50;

/**
 * Copies tasks from an open task log into the one at `path`: those that are missing there or older there, each with all that
 * belongs to it; and the conversations that are to be forgotten. Both files must have the same tables.
 *
 * @returns how many tasks were copied
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
    open.exec('insert or ignore into found.conversations select * from main.conversations');
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
      open.prepare('delete from found.task_contents where task_id = ?').run([id]);
      copy(open, 'task_contents', 'replace', 'task_id', id);
      copy(open, 'task_messages', 'ignore', 'task_id', id);
      copy(open, 'task_blobs', 'ignore', 'task_id', id);
      copy(open, 'abandoned_work', 'ignore', 'task_id', id);
      copy(open, 'question_expiries', 'replace', 'task_id', id);
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
