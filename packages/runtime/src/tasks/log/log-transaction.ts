import type { Compilable, Insertable, QueryResult, Transaction } from 'kysely';
import type { LoggedEvent } from '../events/task-event.js';
import type { HotStatements } from './hot-statements.js';
import type { ContentKind, TaskContentsTable, TaskLogSchema } from './schema.js';

type EventRow = Insertable<TaskContentsTable> & { readonly kind: 'event' };

/** Rows of one statement, largest first. Each number is one statement more that SQLite keeps prepared. */
const STATEMENT_ROWS = [32, 8, 1];

/** A transaction of the log, which the writes of several tasks may share. The events of all of them are inserted together. */
export class LogTransaction {
  readonly kysely: Transaction<TaskLogSchema>;
  readonly statements: HotStatements;
  #events: EventRow[] = [];

  constructor(kysely: Transaction<TaskLogSchema>, statements: HotStatements) {
    this.kysely = kysely;
    this.statements = statements;
  }

  /** Appends an event to a task's list. The state that it leads to must be written in the same transaction. */
  append(taskId: string, logged: LoggedEvent): void {
    this.#events.push({ task_id: taskId, kind: 'event', seq: logged.seq, content: logged.json });
  }

  /** Inserts what was appended. Call it before the transaction reads events. */
  async insertEvents(): Promise<void> {
    const rows = this.#events;
    this.#events = [];
    for (let done = 0; done < rows.length; ) {
      const count = STATEMENT_ROWS.find((size) => size <= rows.length - done) ?? 1;
      const some = rows.slice(done, done + count);
      const parameters = some.flatMap(({ task_id, kind, seq, content }) => [task_id, kind, seq, content]);
      await this.run(`events ${count}`, parameters, () => this.kysely.insertInto('task_contents').values(some));
      done += count;
    }
  }

  /** Stores a content; one of the same number is replaced. */
  async put(taskId: string, kind: Exclude<ContentKind, 'event'>, content: string, seq = 0): Promise<void> {
    const row = { task_id: taskId, kind, seq, content };
    await this.run('put', Object.values(row), () =>
      this.kysely
        .insertInto('task_contents')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['task_id', 'kind', 'seq']).doUpdateSet(({ ref }) => ({ content: ref('excluded.content') })),
        ),
    );
  }

  /** Removes a content that a task has at most once. */
  async remove(taskId: string, kind: 'question'): Promise<void> {
    await this.kysely.deleteFrom('task_contents').where('task_id', '=', taskId).where('kind', '=', kind).execute();
  }

  /** Runs a statement of the hot path: see {@link HotStatements.run}. */
  run(shape: string, parameters: readonly unknown[], build: () => Compilable): Promise<QueryResult<unknown>> {
    return this.statements.run(this.kysely, shape, parameters, build);
  }
}
