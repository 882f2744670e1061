import type { AgentEngine, Logger } from '@molecule/adapters';
import { type Clock, pause } from '../../support/clock.js';
import { within } from '../../support/wait.js';
import type { Boots } from '../../tasks/boots.js';
import { engineContext } from '../../tasks/engine-context.js';
import type { DueConversation } from '../../tasks/log/retention/conversation-store.js';
import type { Conversation } from '../../tasks/log/retention/due-tasks.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { BatchPace } from './batch-pace.js';
import type { TaskFiles } from './task-files.js';

/** How long the engine may take to forget a conversation. */
const FORGET_MS = 30_000;
/** Conversations that are read at once. */
const BATCH = 50;
/** Conversations that the engine forgets at the same time. */
const AT_ONCE = 4;
/** The wait before the second try; it doubles with each further one. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60 * 60_000;
/** How often a turn looks whether another process has forgotten its conversation. */
const OTHER_MS = 250;
const NO_SIGNAL = new AbortController().signal;

export interface ForgetterOptions {
  readonly log: TaskLog;
  readonly engine: AgentEngine;
  readonly boots: Pick<Boots, 'id' | 'isAlive'>;
  /** Resolves when no turn of the conversation runs in this process. */
  readonly whenIdle: (conversation: Conversation) => Promise<void>;
  readonly files: TaskFiles;
  readonly pace: BatchPace;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Forgets conversations that are marked in the log: first deletes their tasks, then makes the engine delete what it stores
 * (`AgentEngine.forget`), then deletes their files. The mark is removed last, together with what the engine store has, so whatever is
 * killed in between is done again.
 */
export class Forgetter {
  readonly #options: ForgetterOptions;
  /** What is being forgotten in this process, by the engine's name of the conversation. */
  readonly #forgetting = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(options: ForgetterOptions) {
    this.#options = options;
  }

  /**
   * Forgets every conversation that is due and that no other living boot forgets. A failure is logged and tried again later.
   *
   * @returns how many were tried
   */
  async forgetDue(): Promise<number> {
    const { log, clock, boots } = this.#options;
    let tried = 0;
    for (let full = true; full && !this.#stopping; ) {
      const due = await log.retention.conversations.due(clock.now(), BATCH);
      const free = [];
      for (const each of due) if (await this.#isFree(each)) free.push(each);
      const taken = await log.retention.conversations.take(free, boots.id);
      await this.#forgetAll(taken);
      tried += taken.length;
      full = due.length === BATCH && taken.length > 0;
    }
    return tried;
  }

  /**
   * For a turn that could not be claimed: if its conversation is to be forgotten, does that now or waits until it is done. If the
   * engine cannot forget it, the conversation is kept, so that the turn can begin.
   */
  async beforeTurn(conversation: Conversation): Promise<void> {
    const { log, clock, boots } = this.#options;
    const { conversations } = log.retention;
    const begun = this.#forgetting.get(nameOf(conversation));
    if (begun !== undefined) return begun;
    const due = await conversations.find(conversation);
    if (!due) return;
    if (!(await this.#isFree(due))) return pause(clock, OTHER_MS, NO_SIGNAL);
    const [taken] = await conversations.take([due], boots.id);
    if (!taken) return;
    await this.#once(taken, async () => {
      if (await this.#forget(taken)) await conversations.forgotten(taken);
      else await conversations.keep(taken, clock.now());
    });
  }

  /** Begins with no further conversation. */
  stop(): void {
    this.#stopping = true;
  }

  async #isFree({ runner }: DueConversation): Promise<boolean> {
    const { boots } = this.#options;
    return runner === undefined || runner === boots.id || !(await boots.isAlive(runner));
  }

  async #forgetAll(conversations: readonly DueConversation[]): Promise<void> {
    const { pace } = this.#options;
    const waiting = [...conversations];
    const work = async () => {
      for (let next = waiting.shift(); next && !this.#stopping; next = waiting.shift()) {
        const conversation = next;
        await pace.run(() => this.#forgetIdle(conversation));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #forgetIdle(conversation: DueConversation): Promise<void> {
    const { log, whenIdle, boots } = this.#options;
    const { conversations } = log.retention;
    await whenIdle(conversation);
    await this.#once(conversation, async () => {
      // A turn that was about to begin may have done it, and then begun a new conversation.
      if ((await conversations.find(conversation))?.runner !== boots.id) return;
      if (await this.#forget(conversation)) await conversations.forgotten(conversation);
      else await this.#tryLater(conversation);
    });
  }

  /** Runs the work, or waits for the work that runs for this conversation already. */
  #once(conversation: Conversation, work: () => Promise<void>): Promise<void> {
    const name = nameOf(conversation);
    const begun = this.#forgetting.get(name) ?? work().finally(() => this.#forgetting.delete(name));
    this.#forgetting.set(name, begun);
    return begun;
  }

  /** True if all of it was deleted. */
  async #forget(conversation: DueConversation): Promise<boolean> {
    const { log, files, logger } = this.#options;
    const { contextId, tries } = conversation;
    try {
      await this.#deleteTasks(conversation);
      await this.#askEngine(conversation);
      // Others may have counted this boot as dead meanwhile, and the conversation may have begun again.
      if (await log.retention.conversations.isStillTaken(conversation)) await files.removeOfConversation(conversation);
      logger.debug('a conversation was forgotten', { contextId });
      return true;
    } catch (error) {
      logger.warn('a conversation could not be forgotten', { contextId, tries: tries + 1, error });
      return false;
    }
  }

  async #deleteTasks(conversation: DueConversation): Promise<void> {
    const { log, files, pace } = this.#options;
    const { retention } = log;
    for (;;) {
      const ids = await retention.endedIn(conversation, conversation.activeAt, BATCH);
      if (ids.length === 0) return;
      await files.removeAll(ids);
      await pace.run(() => retention.deleteEnded(ids));
    }
  }

  async #askEngine(conversation: Conversation): Promise<void> {
    const { engine } = this.#options;
    if (!engine.forget) return;
    await within(engine.forget(nameOf(conversation)), FORGET_MS, () => {
      throw new Error(`the engine did not forget the conversation within ${FORGET_MS / 1_000} s`);
    });
  }

  async #tryLater(conversation: DueConversation): Promise<void> {
    const { log, clock } = this.#options;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** conversation.tries, LONGEST_RETRY_MS);
    await log.retention.conversations.failed(conversation, clock.now() + wait);
  }
}

function nameOf({ owner, contextId }: Conversation): string {
  return engineContext(owner, contextId);
}
