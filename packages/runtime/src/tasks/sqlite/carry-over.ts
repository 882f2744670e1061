import { setImmediate as nextTick } from 'node:timers/promises';
import type { Sqlite } from '../../support/sqlite/sqlite.js';
import type { TaskLogSchema } from '../log/schema.js';

/** Tasks that are copied in one transaction. Between two transactions, requests are served. */
const BATCH = 50;

/** What becomes of the rows of a task that are found: `replaced` by those of the open log, or `kept`, and joined by what they lack. */
type OfTask = 'replaced' | 'kept';
/** `apart`: it has a function of its own below. `left`: what it holds concerns this moment only. */
type Other = 'apart' | 'left';

/** Every table, so that a new one is not forgotten here. */
const TABLES: {
  readonly [Table in keyof TaskLogSchema]: 'task_id' extends keyof TaskLogSchema[Table] ? OfTask | 'apart' : Other;
} = {
  tasks: 'apart',
  task_contents: 'replaced',
  task_messages: 'kept',
  task_blobs: 'kept',
  abandoned_work: 'kept',
  turn_reports: 'kept',
  untold_answers: 'kept',
  question_expiries: 'replaced',
  turn_usage: 'replaced',
  turn_wakes: 'replaced',
  push_configs: 'replaced',
  push_outbox: 'replaced',
  engine_holders: 'apart',
  engine_entries: 'apart',
  conversations: 'apart',
  signing_keys: 'apart',
  duties: 'left',
  storage_probe: 'left',
};

/**
 * Copies tasks from an open task log into the one at `path`: those that are missing there or older there, each with all that
 * belongs to it; the conversations that are to be forgotten; and the signing keys. Both files must have the same tables.
 *
 * @returns how many tasks were copied
 */
export async function carryOver(open: Sqlite, path: string): Promise<number> {
  open.prepare('attach ? as found').run([path]);
  try {
    const ids = select(
      open,
      `select mine.id as name from main.tasks mine left join found.tasks theirs on theirs.id = mine.id where theirs.id is null
       or (theirs.terminal, theirs.fence, theirs.seq, theirs.push) < (mine.terminal, mine.fence, mine.seq, mine.push)`,
    );
    for (let at = 0; at < ids.length; at += BATCH) {
      inTransaction(open, () => {
        for (const id of ids.slice(at, at + BATCH)) carryTask(open, id);
      });
      await nextTick();
    }
    inTransaction(open, () => {
      carryContextsOfDeleted(open);
      open.exec('insert or ignore into found.conversations select * from main.conversations');
      carryKeys(open);
    });
    return ids.length;
  } finally {
    open.exec('detach found');
  }
}

function carryTask(open: Sqlite, id: string): void {
  copy(open, 'tasks', 'replaced', 'id', id);
  for (const [table, theirs] of Object.entries(TABLES)) {
    if (theirs === 'replaced' || theirs === 'kept') copy(open, table, theirs, 'task_id', id);
  }
  for (const context of select(open, 'select context as name from main.engine_holders where task_id = ?', id)) {
    carryContext(open, context);
  }
}

/** What engines have stored of conversations whose last task was deleted. */
function carryContextsOfDeleted(open: Sqlite): void {
  const contexts = select(
    open,
    `select context as name from main.engine_holders mine where not exists (select 1 from main.tasks where id = mine.task_id)
     and not exists (select 1 from found.engine_holders theirs where theirs.context = mine.context)`,
  );
  for (const context of contexts) carryContext(open, context);
}

function carryContext(open: Sqlite, context: string): void {
  for (const table of ['engine_holders', 'engine_entries']) copy(open, table, 'replaced', 'context', context);
}

/** The newer one of two keys that sign goes on signing. The other one has signed until now, and that can still be verified. */
function carryKeys(open: Sqlite): void {
  const now = Date.now();
  open.exec(`update found.signing_keys as theirs set active = 0, private_key = null, retired_at = ${now}
    from main.signing_keys as mine where mine.active = 1 and theirs.active = 1 and theirs.created_at < mine.created_at`);
  const [signing] = select(open, 'select id as name from found.signing_keys where active = 1');
  const retired = signing === undefined ? 'active, retired_at, private_key' : `0, coalesce(retired_at, ${now}), null`;
  open.exec(`insert or ignore into found.signing_keys (id, created_at, public_key, active, retired_at, private_key)
    select id, created_at, public_key, ${retired} from main.signing_keys`);
}

function inTransaction(open: Sqlite, work: () => void): void {
  open.exec('begin immediate');
  try {
    work();
    open.exec('commit');
  } catch (error) {
    if (open.inTransaction) open.exec('rollback');
    throw error;
  }
}

function copy(open: Sqlite, table: string, theirs: OfTask, key: string, id: string): void {
  const columns = select(open, `select name from pragma_table_info('${table}')`).join(', ');
  if (theirs === 'replaced') open.prepare(`delete from found.${table} where ${key} = ?`).run([id]);
  open
    .prepare(`insert or ignore into found.${table} (${columns}) select ${columns} from main.${table} where ${key} = ?`)
    .run([id]);
}

/** The values of a query's column `name`. */
function select(open: Sqlite, query: string, ...parameters: readonly string[]): readonly string[] {
  return (open.prepare(query).all(parameters) as readonly { readonly name: string }[]).map(({ name }) => name);
}
