import type { Boots } from '../boots.js';
import type { Database } from '../storage/database.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import type { TaskLogSchema } from './schema.js';

/** Which boot has which duty. */
export class DutyStore {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** Takes the duty for a boot, or finds that it has it. False while another living boot has it. */
  async take(name: string, boots: Pick<Boots, 'id' | 'isAlive'>): Promise<boolean> {
    const { id } = boots;
    const row = await this.#database.read(
      (database) => database.selectFrom('duties').selectAll().where('name', '=', name).executeTakeFirst(),
      CALLER,
    );
    if (row?.boot === id) return true;
    if (row && (await boots.isAlive(row.boot))) return false;
    const { numInsertedOrUpdatedRows } = await this.#database.write(
      (database) =>
        database
          .insertInto('duties')
          .values({ name, boot: id })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ boot: id })
              .where('duties.boot', '=', row?.boot ?? ''),
          )
          .executeTakeFirst(),
      CALLER,
    );
    return numInsertedOrUpdatedRows === 1n;
  }

  /** Leaves a duty of the boot to other boots. */
  async leave(name: string, boot: string): Promise<void> {
    await this.#database.write(
      (database) => database.deleteFrom('duties').where('name', '=', name).where('boot', '=', boot).execute(),
      ONCE,
    );
  }
}
