import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import { isTerminal } from '../task-log/task-event.js';
import type { TaskLog } from '../task-log/task-log.js';
import { type Delegation, type DelegationStore, isOpen } from './delegation-store.js';
import { reasonOf } from './peer-client.js';

/** How often it is looked whether the delegating turn is over. */
const PARENT_MS = 500;
/** An answer that the agent does not take now is told again after the first time, doubled up to the second. */
const LEAST_RETELL_MS = 1_000;
const MOST_RETELL_MS = 60_000;

export interface LateAnswersOptions {
  readonly store: DelegationStore;
  readonly log: TaskLog;
  readonly onLateAnswer: (delegation: Delegation) => Promise<void>;
  readonly logger: Logger;
}

/** Tells the agent what nobody waits for: once, when the turn that delegated is over. */
export class LateAnswers {
  readonly #options: LateAnswersOptions;

  constructor(options: LateAnswersOptions) {
    this.#options = options;
  }

  /**
   * Gives the delegation back once it is told, or when there is nothing to tell.
   *
   * @param signal aborted: the next process tells it
   */
  async tell(delegation: Delegation, signal: AbortSignal): Promise<Delegation> {
    if (delegation.mode !== 'later' || delegation.state === 'canceled' || isOpen(delegation)) return delegation;
    const { store, log } = this.#options;
    const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {});
    for (let refusals = 0; !signal.aborted; ) {
      const now = await store.get(delegation.id);
      if (!now || now.reported) return delegation;
      const parent = await log.read.claimOf(delegation.parentTask);
      if (parent !== undefined && !isTerminal(parent.state)) {
        await pause(PARENT_MS);
      } else if (await this.#tellOnce(delegation, refusals, signal)) {
        return delegation;
      } else {
        await pause(Math.min(MOST_RETELL_MS, LEAST_RETELL_MS * 2 ** refusals));
        refusals++;
      }
    }
    return delegation;
  }

  /** False: the agent does not take it now, for example because too many messages wait. */
  async #tellOnce(delegation: Delegation, refusals: number, signal: AbortSignal): Promise<boolean> {
    const { onLateAnswer, store, logger } = this.#options;
    try {
      await onLateAnswer(delegation);
    } catch (error) {
      const details = { delegation: delegation.id, reason: reasonOf(error) };
      const level = refusals === 0 && !signal.aborted ? 'warn' : 'debug';
      logger[level]('the answer of a peer could not be told yet; it is tried again', details);
      return false;
    }
    await store.reported(delegation.id);
    return true;
  }
}
