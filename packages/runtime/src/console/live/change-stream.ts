import type { StreamedEvent } from '../../serving/http/answers/event-stream.js';
import { monotonicClock, pause } from '../../support/clock.js';
import { AbortableWaits } from '../../support/wait.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import type { TaskCounts } from '../../tasks/log/overview/task-counts.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { ChangeHub } from './change-hub.js';
import type { OpenStream } from './open-streams.js';

/** Changes that one event names. */
const MOST_CHANGES = 200;
/** How long a reader waits that cannot be served because of storage trouble. */
const TROUBLE_MS = 1_000;

/** Sends one event, and resolves when the client can take the next one. `change`: the reader then has the changes up to this number. */
export type SendChange = (event: StreamedEvent, change: number) => Promise<void>;

export interface ChangeStreamOptions {
  readonly hub: ChangeHub;
  /** Undefined: the tasks of all owners. */
  readonly owner: string | undefined;
  /** The number of the last change that the reader has; undefined: it begins, or its number is of another process. */
  readonly after: number | undefined;
  readonly stream: Pick<OpenStream, 'signal' | 'isEnding'>;
  readonly taskJson: (task: OverviewTask) => object;
  readonly countsJson: (counts: TaskCounts) => object;
  readonly send: SendChange;
}

/**
 * Sends what changes to one reader, until the stream ends. It holds a number only, so a slow reader costs no memory: what has changed
 * several times meanwhile comes once, as it is then.
 */
export class ChangeStream {
  readonly #options: ChangeStreamOptions;
  #number = 0;
  #counts = '';

  constructor(options: ChangeStreamOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { hub, after, stream } = this.#options;
    const { signal } = stream;
    using waits = new AbortableWaits(signal);
    const leave = await hub.join();
    try {
      const resumed = after !== undefined && hub.reaches(after);
      await this.#begin(resumed ? after : hub.number, resumed);
      while (!signal.aborted) {
        const changed = hub.changed();
        if (await this.#sendSome()) continue;
        // They may come later than the changes.
        await this.#unlessTrouble(() => this.#sendCounts());
        await waits.for(changed);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      // What changed since the last time, such as the end of the last turn.
      if (stream.isEnding) await this.#sendSome();
    } finally {
      leave();
    }
  }

  /** The first event says whether the reader has missed something. If it has, it reads again what it shows. */
  async #begin(number: number, resumed: boolean): Promise<void> {
    this.#number = number;
    await this.#send({ name: 'ready', data: { resumed } });
    await this.#unlessTrouble(() => this.#sendCounts());
  }

  /** @returns false if there is nothing to send */
  async #sendSome(): Promise<boolean> {
    const { hub } = this.#options;
    if (!hub.reaches(this.#number)) {
      await this.#begin(hub.number, false);
      return true;
    }
    const changes = hub.after(this.#number, MOST_CHANGES);
    const last = changes.at(-1);
    if (!last) return false;
    await this.#unlessTrouble(async () => {
      const tasks = (await hub.tasks(changes)).filter((task) => this.#isShown(task.owner));
      const removed = changes.flatMap(({ removed: gone }) => (gone && this.#isShown(gone.owner) ? [gone.taskId] : []));
      this.#number = last.number;
      if (removed.length > 0) await this.#send({ name: 'removed', data: { ids: removed } });
      if (tasks.length > 0) await this.#sendTasks(tasks);
      if (removed.length > 0 || tasks.length > 0) await this.#sendCounts();
    });
    return true;
  }

  async #sendTasks(tasks: readonly OverviewTask[]): Promise<void> {
    const { taskJson } = this.#options;
    await this.#send({ name: 'tasks', data: { tasks: tasks.map(taskJson) } });
  }

  async #sendCounts(): Promise<void> {
    const { hub, owner, countsJson } = this.#options;
    const data = countsJson(await hub.counts(owner));
    const text = JSON.stringify(data);
    if (text === this.#counts) return;
    this.#counts = text;
    await this.#send({ name: 'counts', data });
  }

  /** During storage trouble nothing is sent, and what was to be sent comes afterwards. */
  async #unlessTrouble(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!StorageError.is(error)) throw error;
      await pause(monotonicClock, TROUBLE_MS, this.#options.stream.signal);
    }
  }

  #isShown(taskOwner: string): boolean {
    const { owner } = this.#options;
    return owner === undefined || owner === taskOwner;
  }

  #send(event: StreamedEvent): Promise<void> {
    return this.#options.send(event, this.#number);
  }
}
