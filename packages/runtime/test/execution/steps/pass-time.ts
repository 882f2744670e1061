import { DatabaseSync } from 'node:sqlite';

/** Lets the time of every sleep come, in a task log. Returns how many turns were put away. */
export function passTime(file: string): number {
  using database = new DatabaseSync(file);
  database.exec('pragma busy_timeout = 5000');
  database.exec('begin immediate');
  const { changes } = database.prepare('update turn_wakes set at = 1').run();
  if (changes !== 0) {
    const steps = database.prepare("select task_id, seq, content from task_contents where kind = 'step'").all();
    const update = database.prepare(
      "update task_contents set content = ? where kind = 'step' and task_id = ? and seq = ?",
    );
    for (const { task_id, seq, content } of steps) {
      update.run(String(content).replace(/"until":\d+/, '"until":1'), task_id as string, seq as number);
    }
  }
  database.exec('commit');
  return Number(changes);
}
