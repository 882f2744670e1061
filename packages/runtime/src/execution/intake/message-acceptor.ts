import type { Message, SendMessageRequest, Task } from '@a2a-js/sdk';
import type { A2AError } from '@a2a-js/sdk/errors';
import { type Logger, wellFormedDeep } from '@molecule/adapters';
import { OneByOne } from '../../support/one-by-one.js';
import { hasCode, taskNotFound } from '../../tasks/a2a-errors.js';
import { hitlIn } from '../../tasks/events/hitl-extension.js';
import type { KnownMessage } from '../../tasks/log/messages.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { TurnInput } from '../../tasks/turn-input.js';
import { SPAN_NAMES } from '../../telemetry/tracing/attributes.js';
import { traceparentOf } from '../../telemetry/tracing/traceparent.js';
import { withSpan } from '../../telemetry/tracing/with-span.js';
import type { AdmittedTurn } from '../admission/admitted-places.js';
import { inPlace } from '../turns/in-place.js';
import { type TurnIdentityAttributes, turnAttributes } from '../turns/turn-attributes.js';
import type { TurnDispatcher } from '../turns/turn-dispatcher.js';
import type { TurnRunner } from '../turns/turn-runner.js';
import { answerInPart } from './answer-in-part.js';
import { chatOf } from './chat-of.js';
import { checkAnswer } from './check-answer.js';
import { checkWaiting } from './check-waiting.js';
import { checkMessage, logAccepted, newTask } from './incoming-message.js';
import { idConflict, seenBefore } from './known-message.js';
import { keyOf } from './message-digest.js';
import { forgetBytes, type MessageFiles } from './message-files.js';
import { questionOfChat } from './question-of-chat.js';
import { contextMismatch, queueFull, serverStopping } from './refusals.js';
import type { Sender } from './sender.js';
import { detailsOf, type RequestDetails, turnInputOf } from './turn-input-of.js';

/** The workspace whose agent accepts messages. */
export interface AcceptingWorkspace {
  readonly id: string;
  readonly model: string;
  /** Attributes of the workspace in spans. */
  readonly identity: TurnIdentityAttributes;
}

export interface MessageAcceptorOptions {
  readonly log: TaskLog;
  readonly runner: TurnRunner;
  readonly dispatcher: TurnDispatcher;
  readonly workspace: AcceptingWorkspace;
  readonly files: MessageFiles;
  readonly logger: Logger;
}

/** A message that has become a turn, now or when the client first sent it. */
export interface Accepted {
  readonly task: Task;
  /** The number of the last event in `task`. */
  readonly seq: number;
  /** True: the message was accepted before. */
  readonly isRepeated?: boolean;
}

/** The ids that a client gives a message; the context is empty if it named none. */
type MessageName = Pick<TurnInput, 'messageId' | 'contextId'>;

/**
 * Makes a turn of a message: checks it, stores it and dispatches it. If a client sends the same message (same sender, context,
 * id and content) again, even at the same time, it remains one turn.
 */
export class MessageAcceptor {
  readonly #options: MessageAcceptorOptions;
  /** Only one message at a time may take the place of a task's next turn. */
  readonly #inOrder = new OneByOne();
  #refuses = false;

  constructor(options: MessageAcceptorOptions) {
    this.#options = options;
  }

  /** From now on new messages are refused, unless other processes run their turns. Known ones are still answered. */
  stop(others: boolean): void {
    this.#refuses = !others;
  }

  /**
   * The request's message loses the bytes of its files, because its holder may keep it while the turn runs. Resolves when the task is
   * stored and its turn dispatched. Before the task is reported, other than by its end, `synced` must have resolved.
   *
   * @throws {A2AError} with a stable code, if the message is invalid or cannot be accepted now
   */
  async accept(request: SendMessageRequest, sender: Sender): Promise<Accepted> {
    // The text is sent to models and other callers, who fail at half of a surrogate pair.
    const message = wellFormedDeep(checkMessage(request.message));
    this.#options.files.check(message);
    const details = detailsOf(wellFormedDeep(request), message, sender);
    const accepted = await (message.taskId === ''
      ? ((await this.#answerOfChat(message, details, sender)) ?? this.#newTask(message, details, sender))
      : this.#inOrder.run(`${sender.owner}:${message.taskId}`, () => this.#nextTurn(message, details, sender)));
    forgetBytes(request.message);
    return accepted;
  }

  /** Why a message that would begin a task is refused now, which is found without its content. Undefined if it may be accepted, or is known. */
  async earlyRefusal(owner: string, { messageId, contextId }: MessageName): Promise<A2AError | undefined> {
    const { log, runner } = this.#options;
    const refusal = this.#refuses ? undefined : runner.refusalFor(owner, contextId);
    if (!refusal || (await log.read.findMessage({ owner, contextKey: contextId, messageId, digest: '' }))) {
      return undefined;
    }
    runner.queue.countRefusal();
    return queueFull(refusal, contextId);
  }

  /** Takes a message of a chat as the answer to its open question; undefined if it is none. */
  async #answerOfChat(message: Message, details: RequestDetails, sender: Sender): Promise<Accepted | undefined> {
    const { log } = this.#options;
    const taskId = await questionOfChat(log, message, details.metadata, sender);
    if (taskId === undefined) return undefined;
    const chat = chatOf(message, details.metadata);
    const known = await log.read.findMessage(await keyOf(message, chat, sender));
    if (known) return this.#known(known, sender);
    try {
      const answer = { ...message, taskId };
      return await this.#inOrder.run(`${sender.owner}:${taskId}`, () => this.#nextTurn(answer, details, sender, chat));
    } catch (error) {
      // Another message was faster.
      if (hasCode(error, 'TASK_BUSY') || hasCode(error, 'TASK_TERMINAL')) return undefined;
      throw error;
    }
  }

  async #newTask(incoming: Message, details: RequestDetails, sender: Sender): Promise<Accepted> {
    const { log, runner, files, logger, dispatcher } = this.#options;
    const taskId = crypto.randomUUID();
    const contextId = incoming.contextId || crypto.randomUUID();
    const chat = chatOf(incoming, details.metadata);
    const turn = { taskId, turn: 1, owner: sender.owner, contextId };
    // Before the message's digest is made: a refusal must be cheap.
    const refusal = this.#admit(turn);
    if (refusal) {
      const known = await log.read.findMessage(await keyOf(incoming, chat, sender));
      if (known) return this.#known(known, sender);
      throw refusal;
    }
    return inPlace(this.#options, turn, async (dispatch) => {
      const key = await keyOf(incoming, chat, sender);
      const message = { ...(await files.store(incoming)), taskId, contextId };
      const input = turnInputOf(message, details, this.#ownInput(1));
      const task = newTask(message);
      return this.#received(input, async (traced) => {
        const claim = dispatcher.claimFor(taskId, 1);
        const created = { task, input: traced, key, push: sender.push, runner: runner.bootId, claim };
        const outcome = await log.create(created);
        if ('known' in outcome) return this.#known(outcome.known, sender);
        logAccepted(logger, { taskId, contextId, messageId: message.messageId }, details.metadata, sender);
        dispatch(outcome.head, traced, outcome.writer);
        return { task, seq: 0 };
      });
    });
  }

  /** @param chat the chat of an answer that names no task: the same message again is known there */
  async #nextTurn(incoming: Message, details: RequestDetails, sender: Sender, chat?: string): Promise<Accepted> {
    const { log, runner, files, logger } = this.#options;
    const head = await log.read.head(incoming.taskId, sender.owner);
    if (!head) throw taskNotFound(incoming.taskId);
    const { taskId, contextId } = head;
    if (incoming.contextId !== '' && incoming.contextId !== contextId) throw contextMismatch(head, incoming.contextId);
    const key = await keyOf(incoming, chat ?? contextId, sender);
    const known = await seenBefore(log.read, key, head);
    if (known) return this.#known(known, sender);
    if (this.#refuses) throw serverStopping();
    await checkWaiting(log, head);
    const hitl = hitlIn({ extensions: details.request.extensions, metadata: details.metadata });
    const question = await log.read.question(taskId);
    if (question) await checkAnswer({ head, question, incoming, hitl, logger });
    // The task has changed: it runs, has ended, or waits for something else.
    const again = () => this.#nextTurn(incoming, details, sender, chat);
    const given = question && { question, incoming, key, hitl, push: sender.push };
    const part = given && (await answerInPart({ log, files }, head, given));
    if (part === 'taken') return again();
    if (part === 'recorded') {
      logger.info('an answer was accepted, and others are open', { taskId, contextId, messageId: key.messageId });
      return this.#read(taskId, sender);
    }
    if (part) return this.#known(part.known, sender);
    const turn = { ...head, turn: head.turn + 1 };
    const refusal = this.#admit(turn);
    if (refusal) throw refusal;
    const accepted = await inPlace(this.#options, turn, async (dispatch) => {
      const message = { ...(await files.store(incoming)), contextId };
      const input = turnInputOf(message, details, this.#ownInput(turn.turn));
      return this.#received(input, async (traced) => {
        const next = { head, said: { message, key }, input: traced, push: sender.push, runner: runner.bootId };
        const begun = await log.beginTurn(next);
        if (begun === 'taken') return undefined;
        if ('known' in begun) return this.#known(begun.known, sender);
        logAccepted(logger, { taskId, contextId, turn: input.turn }, details.metadata, sender);
        try {
          return await this.#read(taskId, sender);
        } finally {
          dispatch(begun.head, traced);
        }
      });
    });
    return accepted ?? again();
  }

  /** Takes a place for the turn. Returns why there is none. */
  #admit(turn: AdmittedTurn): Error | undefined {
    const { runner } = this.#options;
    if (this.#refuses) return serverStopping();
    if (!runner.hasBoot) return new StorageError('STORAGE_UNAVAILABLE', 'the lease of this process is over');
    const refusal = runner.admit(turn);
    return refusal && queueFull(refusal, turn.contextId);
  }

  /**
   * Resolves when an accepted task survives a power cut.
   * @throws {StorageError} if it cannot be synced now; the task exists, and the same message finds it
   */
  synced({ task }: Accepted): Promise<void> {
    return this.#options.log.acceptanceSynced(task.id);
  }

  /** Runs `accept` in the span of the first stage. Spans of later stages, also in other processes, become its children. */
  #received<Outcome>(input: TurnInput, accept: (input: TurnInput) => Promise<Outcome>): Promise<Outcome> {
    const attributes = turnAttributes(this.#options.workspace.identity, input);
    return withSpan(SPAN_NAMES.taskReceive, attributes, input.traceparent, (span) => {
      const traceparent = traceparentOf(span);
      return accept(traceparent === undefined ? input : { ...input, traceparent });
    });
  }

  async #known(known: KnownMessage, sender: Sender): Promise<Accepted> {
    if (!known.sameContent) throw idConflict(known);
    return { ...(await this.#read(known.taskId, sender)), isRepeated: true };
  }

  async #read(taskId: string, sender: Sender): Promise<Accepted> {
    const record = await this.#options.log.read.get(taskId, sender.owner);
    if (!record) throw taskNotFound(taskId);
    return { task: record.task, seq: record.seq };
  }

  #ownInput(turn: number): Pick<TurnInput, 'turn' | 'workspaceId' | 'model'> {
    const { id, model } = this.#options.workspace;
    return { turn, workspaceId: id, model };
  }
}
