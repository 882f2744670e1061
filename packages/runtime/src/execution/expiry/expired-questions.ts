import type { InputAnswer, Logger } from '@molecule/adapters';
import type { TaskFailureCode } from '../../support/error-codes.js';
import { failedEvent } from '../../tasks/events/a2a-events.js';
import { questionEvent } from '../../tasks/events/question-event.js';
import { isTerminal, isWaiting } from '../../tasks/events/task-event.js';
import type { DueQuestion } from '../../tasks/log/question-expiries.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { expiryOf, openIn, withAnswers } from '../../tasks/open-question.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { ONCE } from '../../tasks/storage/storage-gate.js';
import type { PendingInput, PendingRequest } from '../../tasks/turn-result.js';
import { inPlace } from '../turns/in-place.js';
import type { TurnDispatcher } from '../turns/turn-dispatcher.js';
import type { TurnRunner } from '../turns/turn-runner.js';
import { expiredInput } from './expired-input.js';

/** How often the log is asked for expired questions: an answer may come this much later. */
const SWEEP_MS = 1_000;
/** When a task is looked at again whose question is being answered. */
const LATER_MS = 60_000;

const QUESTION_EXPIRED = 'QUESTION_EXPIRED' satisfies TaskFailureCode;

export interface ExpiredQuestionsOptions {
  readonly log: TaskLog;
  readonly runner: TurnRunner;
  readonly dispatcher: TurnDispatcher;
  readonly workspace: { readonly id: string; readonly model: string };
  readonly logger: Logger;
}

/**
 * Answers the questions to which no answer came in time, as their engine has said, or fails their tasks. Every process of the workspace does
 * this: of several, the log lets one.
 */
export class ExpiredQuestions {
  readonly #options: ExpiredQuestionsOptions;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: ExpiredQuestionsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.#sweep().finally(() => {
        this.#sweeping = undefined;
      });
    }, SWEEP_MS);
    this.#timer.unref();
  }

  /** Resolves when the present sweep has ended, which begins with no further question. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Never rejects. */
  async #sweep(): Promise<void> {
    const { log, logger } = this.#options;
    try {
      for (const due of await log.expiries.due(Date.now())) {
        if (this.#isStopped) return;
        await this.#lookSafely(due);
      }
    } catch (error) {
      // The log of the storage says so, too, and the next sweep tries again.
      logger.debug('expired questions could not be read or answered', { error });
    }
  }

  /**
   * One question that cannot be answered does not keep the others waiting; it is looked at again later.
   *
   * @throws {StorageError} if the storage can be used for none of them now
   */
  async #lookSafely(due: DueQuestion): Promise<void> {
    const { log, logger } = this.#options;
    try {
      await this.#look(due);
    } catch (error) {
      if (StorageError.is(error)) throw error;
      logger.warn('the expired question of a task could not be answered; it is tried again in a minute', {
        taskId: due.taskId,
        error,
      });
      await log.expiries.next(due, Date.now() + LATER_MS);
    }
  }

  async #look(due: DueQuestion): Promise<void> {
    const { log } = this.#options;
    const head = await log.read.head(due.taskId);
    if (!head || isTerminal(head.state)) return log.expiries.next(due, undefined);
    const question = isWaiting(head.state) ? await log.read.question(due.taskId) : undefined;
    if (!question) return log.expiries.next(due, Date.now() + LATER_MS);
    const expired = openIn(question).filter(({ expiresAt }) => expiresAt && Date.parse(expiresAt) <= Date.now());
    if (expired.length === 0) return log.expiries.next(due, expiryOf(question));
    if (expired.some(({ otherwise }) => otherwise === undefined)) return this.#fail(head);
    await this.#answer(head, question, expired);
  }

  async #fail(head: TaskHead): Promise<void> {
    const { log, logger } = this.#options;
    const { taskId } = head;
    const message = 'No answer to the question of the task came in time.';
    const event = failedEvent(head, { code: QUESTION_EXPIRED, message });
    const failed = await log.settle(taskId, event, { seq: head.seq, patience: ONCE });
    if (failed) logger.info('a question has expired, and its task has failed', { taskId });
  }

  async #answer(head: TaskHead, question: PendingInput, expired: readonly PendingRequest[]): Promise<void> {
    const { log, logger } = this.#options;
    const { messageId } = expiredInput(head, this.#options.workspace);
    const pending = withAnswers(
      question,
      expired.map((request) => expiredAnswer(request, messageId)),
    );
    const open = openIn(pending);
    if (open.length === 0) return this.#begin(head, pending);
    const event = questionEvent(head, open);
    const recorded = await log.recordAnswers({ head, pending, event });
    if (recorded === 'recorded') logger.info('a request has expired, and others are open', { taskId: head.taskId });
  }

  /** If there is no place for the turn now, the next sweep tries again. */
  async #begin(head: TaskHead, pending: PendingInput): Promise<void> {
    const { log, runner, workspace, logger } = this.#options;
    const { taskId } = head;
    const input = expiredInput(head, workspace);
    if (!runner.hasBoot || runner.admit({ ...head, turn: input.turn })) return;
    await inPlace(this.#options, input, async (dispatch) => {
      const begun = await log.beginTurn({ head, input, pending, runner: runner.bootId });
      if (begun === 'taken' || 'known' in begun) return;
      logger.info('a question has expired, and its turn goes on', { taskId, turn: input.turn });
      dispatch(begun.head, input);
    });
  }
}

function expiredAnswer({ requestId, choices = [], otherwise = {} }: PendingRequest, messageId: string): InputAnswer {
  const { choice, data } = otherwise;
  const label = choices.find(({ id }) => id === choice)?.label ?? '';
  return {
    requestId,
    messageId,
    text: otherwise.text ?? label,
    ...(choice !== undefined && { choice }),
    ...(data !== undefined && { data }),
    parts: [],
    expired: true,
  };
}
