import { type Message, type SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import { extractHistory, type JsonObject, type Logger, wellFormedDeep } from '@molecule/adapters';
import type { FileLimits } from '../environment/runtime-settings.js';
import { statusEvent } from '../runner/a2a-events.js';
import type { TaskExecutor } from '../runner/task-executor.js';
import type { TaskInput } from '../runner/task-input.js';
import type { TaskRunner } from '../runner/task-runner.js';
import { type TurnIdentityAttributes, turnAttributes } from '../runner/turn-attributes.js';
import { QUESTION_WITHDRAWN } from '../runner/withdraw-questions.js';
import { copyTask } from '../task-log/fold.js';
import type { KnownMessage, MessageKey } from '../task-log/message-key.js';
import { ERROR_CODE_KEY } from '../task-log/outcome-metadata.js';
import type { TaskRecord } from '../task-log/records.js';
import { stateName } from '../task-log/task-event.js';
import type { TaskLog } from '../task-log/task-log.js';
import { SPAN_NAMES } from '../tracing/attributes.js';
import { traceparentOf } from '../tracing/traceparent.js';
import { withSpan } from '../tracing/with-span.js';
import { malformed, pushNotSupported, taskNotFound, unsupported } from './a2a-errors.js';
import type { Caller } from './caller.js';
import { checkFiles, checkMessage, digestOf, metadataOf, textOf, toParts } from './incoming-message.js';

export interface MessageAcceptorOptions {
  readonly log: TaskLog;
  readonly runner: TaskRunner;
  readonly executor: TaskExecutor;
  readonly bootId: string;
  readonly workspaceId: string;
  readonly model: string;
  /** What spans tell of the workspace. */
  readonly identity: TurnIdentityAttributes;
  /** What a message may bring along. */
  readonly files: FileLimits;
  readonly logger: Logger;
}

/** A message that has become a turn, now or when it was first sent. */
export interface Accepted {
  readonly task: Task;
  /** The task holds every event up to this one. */
  readonly seq: number;
}

/**
 * Makes a turn of a message: checks it, stores it, sets it going. The same message (same sender, context, id and content)
 * is the same turn, however often and however much at once it is sent.
 */
export class MessageAcceptor {
  readonly #options: MessageAcceptorOptions;
  #stopping = false;

  constructor(options: MessageAcceptorOptions) {
    this.#options = options;
  }

  /** From now on new messages are refused; known ones are still answered. */
  stop(): void {
    this.#stopping = true;
  }

  /** @throws an A2A error that says what is wrong with the message, or why it cannot be taken now */
  async accept(request: SendMessageRequest, caller: Caller): Promise<Accepted> {
    if (request.configuration?.taskPushNotificationConfig) throw pushNotSupported();
    // What a caller sends is shown to models and told to other callers again: no half of a character gets further.
    const message = wellFormedDeep(checkMessage(request.message));
    checkFiles(message, this.#options.files);
    const metadata = metadataOf(message, wellFormedDeep(request));
    return message.taskId === '' ? this.#newTask(message, metadata, caller) : this.#nextTurn(message, metadata, caller);
  }

  async #newTask(incoming: Message, metadata: JsonObject, caller: Caller): Promise<Accepted> {
    const { log, runner, executor, bootId, logger } = this.#options;
    const taskId = crypto.randomUUID();
    const contextId = incoming.contextId || crypto.randomUUID();
    const key = keyOf(incoming, incoming.contextId, caller);
    if (this.#stopping || runner.isFull(caller.owner, contextId)) {
      const known = await log.read.findMessage(key);
      if (known) return this.#known(known, caller);
      throw this.#refusal(contextId);
    }
    const message = { ...incoming, taskId, contextId };
    const input = this.#input(message, metadata, 1, caller);
    const task: Task = {
      id: taskId,
      contextId,
      status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: new Date().toISOString() },
      artifacts: [],
      history: [message],
      metadata: undefined,
    };
    return this.#received(input, async (traced) => {
      const outcome = await log.create(task, traced, key, bootId);
      if ('known' in outcome) return this.#known(outcome.known, caller);
      logger.info('task_receive', { taskId, contextId, messageId: message.messageId });
      executor.execute(traced, outcome.record);
      return { task, seq: 0 };
    });
  }

  async #nextTurn(incoming: Message, metadata: JsonObject, caller: Caller): Promise<Accepted> {
    const { log, executor, bootId, logger } = this.#options;
    const record = await log.read.get(incoming.taskId, caller.owner);
    if (!record) throw taskNotFound(incoming.taskId);
    if (incoming.contextId !== '' && incoming.contextId !== record.contextId) {
      throw malformed(
        'CONTEXT_MISMATCH',
        `message.contextId is ${incoming.contextId}, but task ${record.taskId} belongs to context ${record.contextId}. Leave it out, or send the task's own.`,
      );
    }
    const key = keyOf(incoming, record.contextId, caller);
    const known = await this.#seenBefore(key, record);
    if (known) return this.#known(known, caller);
    if (this.#stopping) throw this.#refusal(record.contextId);
    checkWaiting(record);
    const message = { ...incoming, contextId: record.contextId };
    const input = this.#input(message, metadata, record.turn + 1, caller);
    const event = statusEvent(record, TaskState.TASK_STATE_SUBMITTED);
    const task = copyTask(record.task);
    const question = task.status?.message;
    if (question) task.history.push(question);
    if (task.status) task.status = { ...task.status, message: undefined };
    task.history.push(message);
    return this.#received(input, async (traced) => {
      const begun = await log.beginTurn(record, task, traced, key, event, bootId);
      if (begun === 'taken') throw busy(record);
      if (begun !== 'begun') return this.#known(begun, caller);
      logger.info('task_receive', { taskId: record.taskId, contextId: record.contextId, turn: input.turn });
      executor.execute(traced);
      return { task, seq: record.seq + 1 };
    });
  }

  /** The first stage's span; the later ones become its children, in whatever process they run. */
  #received(input: TaskInput, accept: (input: TaskInput) => Promise<Accepted>): Promise<Accepted> {
    const attributes = turnAttributes(this.#options.identity, input);
    return withSpan(SPAN_NAMES.taskReceive, attributes, input.traceparent, (span) => {
      const traceparent = traceparentOf(span);
      return accept(traceparent === undefined ? input : { ...input, traceparent });
    });
  }

  /** A task's first message is known under the context that its sender named, which may have been none. */
  async #seenBefore(key: MessageKey, record: TaskRecord): Promise<KnownMessage | undefined> {
    const { read } = this.#options.log;
    const known = (await read.findMessage(key)) ?? (await read.findMessage({ ...key, contextKey: '' }));
    return known?.taskId === record.taskId ? known : undefined;
  }

  async #known(known: KnownMessage, caller: Caller): Promise<Accepted> {
    if (!known.sameContent) {
      throw malformed(
        'MESSAGE_ID_CONFLICT',
        `A message with this messageId was sent before with other content; it made task ${known.taskId}. A new message needs a new messageId.`,
      );
    }
    const record = await this.#options.log.read.get(known.taskId, caller.owner);
    if (!record) throw taskNotFound(known.taskId);
    return { task: record.task, seq: record.seq };
  }

  #input(message: Message, metadata: JsonObject, turn: number, caller: Caller): TaskInput {
    const parts = toParts(message.parts);
    return {
      taskId: message.taskId,
      contextId: message.contextId,
      messageId: message.messageId,
      turn,
      userInput: textOf(parts),
      parts,
      model: this.#options.model,
      workspaceId: this.#options.workspaceId,
      history: extractHistory(metadata),
      metadata,
      ...(caller.traceparent !== undefined && { traceparent: caller.traceparent }),
    };
  }

  #refusal(contextId: string): Error {
    if (this.#stopping)
      return unsupported('SERVER_STOPPING', 'The server is stopping. Send the message again in a moment.');
    return unsupported(
      'TURN_QUEUE_FULL',
      `Too many messages wait in context ${contextId}: one is answered at a time. Send the message again when some are done.`,
    );
  }
}

function keyOf(message: Message, contextKey: string, caller: Caller): MessageKey {
  return { owner: caller.owner, contextKey, messageId: message.messageId, digest: digestOf(message) };
}

/** Only a task that waits for somebody takes another message. */
function checkWaiting(record: TaskRecord): void {
  if (record.task.metadata?.[ERROR_CODE_KEY] === QUESTION_WITHDRAWN) {
    throw unsupported(
      'TASK_TERMINAL',
      `Task ${record.taskId} no longer waits for an answer: a newer message of the conversation took its question back. Send the message without a taskId, with contextId ${record.contextId}.`,
    );
  }
  if (record.terminal) {
    throw unsupported(
      'TASK_TERMINAL',
      `Task ${record.taskId} is over (${stateName(record.state)}) and takes no more messages. Send the message without a taskId, with contextId ${record.contextId}, to go on with the conversation.`,
    );
  }
  const waits =
    record.state === TaskState.TASK_STATE_INPUT_REQUIRED || record.state === TaskState.TASK_STATE_AUTH_REQUIRED;
  if (!waits) throw busy(record);
}

function busy(record: TaskRecord): Error {
  return unsupported(
    'TASK_BUSY',
    `Task ${record.taskId} is still being worked on (${stateName(record.state)}). Wait for it, cancel it, or send the message without a taskId to have it answered afterwards.`,
  );
}
