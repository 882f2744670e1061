import type { Overview } from '../../tasks/log/overview/overview.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import { markOf } from '../../tasks/log/overview/recent-tasks.js';
import type { ChangeLog } from './change-log.js';

/** Ended tasks of this time before a look are looked at again: another process may store an end later than the time in it says. */
const OVERLAP_MS = 60_000;
/** Tasks that one look compares. */
const MOST_COMPARED = 20_000;

/**
 * Finds the changes for which no hint came: those within a turn, those of another process on the same state directory, and those whose hint
 * was lost. It compares open tasks, and tasks that ended since the last look, with what they were then.
 */
export class TaskPoll {
  readonly #overview: Pick<Overview, 'recent'>;
  readonly #changes: ChangeLog;
  #known: Map<string, string> | undefined;
  #lookedAt = 0;

  constructor(overview: Pick<Overview, 'recent'>, changes: ChangeLog) {
    this.#overview = overview;
    this.#changes = changes;
  }

  /** A reader has got the task as it is now: the next look finds what changes after that. */
  seen(task: OverviewTask): void {
    this.#known?.set(task.taskId, markOf(task));
  }

  /** Looks once. The first look finds nothing: it is what later ones are compared with. @throws {StorageError} */
  async look(): Promise<void> {
    const now = Date.now();
    const since = (this.#known === undefined ? now : this.#lookedAt) - OVERLAP_MS;
    const found = await this.#overview.recent(since, MOST_COMPARED);
    this.#lookedAt = now;
    if (found === undefined) {
      this.#known = new Map();
      this.#changes.forgetAll();
      return;
    }
    const marks = new Map(found.map(({ id, mark }) => [id, mark]));
    const known = this.#known;
    this.#known = marks;
    if (known === undefined) return;
    for (const [id, mark] of marks) if (known.get(id) !== mark) this.#changes.add(id);
    // It was open and has ended long ago, or was deleted. One that had ended then is only too old now.
    for (const [id, mark] of known) if (!marks.has(id) && !hasEnded(mark)) this.#changes.add(id);
  }
}

function hasEnded(mark: string): boolean {
  return /^TASK_STATE_(?:COMPLETED|FAILED|CANCELED|REJECTED) /.test(mark);
}
