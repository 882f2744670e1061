import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import { failureText } from '../../support/network/reason-of.js';
import { isTerminal } from '../../tasks/events/task-event.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { type Delegation, isOpen } from '../../tasks/team/delegation.js';
import type { DelegationStore } from '../../tasks/team/delegation-store.js';

/** The first and the longest wait before an answer that the agent did not accept is delivered again. */
const LEAST_RETRY_MS = 1_000;
const MOST_RETRY_MS = 60_000;

export interface LateAnswersOptions {
  readonly store: DelegationStore;
  readonly log: TaskLog;
  readonly onLateAnswer: (delegation: Delegation) => Promise<void>;
  readonly logger: Logger;
}

/** Delivers an async delegation's answer as a new message, once, after the delegating turn has ended. */
export class LateAnswers {
  readonly #options: LateAnswersOptions;

  constructor(options: LateAnswersOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the delegation once its answer is delivered, or at once if there is nothing to deliver.
   *
   * @param signal if it is aborted, the next process delivers the answer
   */
  async deliver(delegation: Delegation, signal: AbortSignal): Promise<Delegation> {
    if (delegation.mode !== 'later' || delegation.state === 'canceled' || isOpen(delegation)) return delegation;
    const { store, log } = this.#options;
    const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {});
    for (let refusals = 0; !signal.aborted; ) {
      const parentChanged = log.changed({ kind: 'turn', taskId: delegation.parentTask }, signal);
      const now = await store.get(delegation.id);
      if (!now || now.reported) return delegation;
      const parent = await log.read.claimOf(delegation.parentTask);
      if (parent !== undefined && !isTerminal(parent.state)) {
        await parentChanged;
      } else if (await this.#tryDelivery(delegation, refusals, signal)) {
        return delegation;
      } else {
        await pause(Math.min(MOST_RETRY_MS, LEAST_RETRY_MS * 2 ** refusals));
        refusals++;
      }
    }
    return delegation;
  }

  /** False if the agent does not accept the answer now, for example because too many messages wait. */
  async #tryDelivery(delegation: Delegation, refusals: number, signal: AbortSignal): Promise<boolean> {
    const { onLateAnswer, store, logger } = this.#options;
    try {
      await onLateAnswer(delegation);
    } catch (error) {
      const details = { delegation: delegation.id, reason: failureText(error) };
      const level = refusals === 0 && !signal.aborted ? 'warn' : 'debug';
      logger[level]('the answer of a peer could not be delivered; delivery is retried', details);
      return false;
    }
    await store.reported(delegation.id);
    return true;
  }
}
