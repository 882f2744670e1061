import {
  type AgentCard,
  type CancelTaskRequest,
  type GetTaskRequest,
  type ListTasksRequest,
  type ListTasksResponse,
  type Message,
  type SendMessageRequest,
  type SubscribeToTaskRequest,
  type Task,
  TaskState,
} from '@a2a-js/sdk';
import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { Accepted, MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import type { TurnDispatcher } from '../../execution/turns/turn-dispatcher.js';
import { noExtendedCard, taskNotCancelable, taskNotFound, unsupported } from '../../tasks/a2a-errors.js';
import { canceledEvent } from '../../tasks/events/a2a-events.js';
import { stateName } from '../../tasks/events/task-event.js';
import { STATUS_ONLY, type TaskParts } from '../../tasks/log/chunk-rows.js';
import type { TaskHead, TaskRecord } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { CALLER } from '../../tasks/storage/storage-gate.js';
import { acceptWithFiles } from './accept-with-files.js';
import { bareReply } from './bare-reply.js';
import { type Caller, callerOf, isLegacyContext } from './caller.js';
import type { AgentCards } from './card/agent-cards.js';
import { checkHistoryLength, limitHistory } from './history-length.js';
import { listTasks } from './list-tasks.js';
import { noteAnswered } from './note-answered.js';
import type { NumberedEvents, NumberedRequestHandler } from './numbered-event.js';
import { plainRefusal, plainReply } from './plain-reply.js';
import { type PlatformReplies, platformReply } from './platform-reply.js';
import type { PushOperations } from './push/push-operations.js';
import { type ResponseBound, withoutContent } from './response-bound.js';
import type { ShownFiles } from './shown-files.js';
import type { TaskWatcher } from './task-watcher.js';

export interface RequestHandlerOptions {
  readonly cards: AgentCards;
  readonly log: TaskLog;
  readonly turns: { readonly acceptor: MessageAcceptor; readonly dispatcher: TurnDispatcher };
  readonly push: PushOperations;
  readonly watcher: TaskWatcher;
  readonly files: ShownFiles;
  readonly bound: ResponseBound;
  /** If not false, a blocking send of protocol 0.3 that names no version is answered with a plain message: see {@link plainReply}. A platform adds to it. */
  readonly plainReplies: PlatformReplies | boolean;
}

type PushOperation = 'create' | 'get' | 'list' | 'remove';
type PushCall<Name extends PushOperation> = Parameters<PushOperations[Name]>;
type PushAnswer<Name extends PushOperation> = ReturnType<PushOperations[Name]>;

/** A2A's operations over the task log, for every transport and both protocol versions. */
export class MoleculeRequestHandler implements NumberedRequestHandler {
  readonly #options: RequestHandlerOptions;

  constructor(options: RequestHandlerOptions) {
    this.#options = options;
  }

  async getAgentCard(): Promise<AgentCard> {
    return this.#options.cards.public();
  }

  async getAuthenticatedExtendedAgentCard(_request: unknown, context: ServerCallContext): Promise<AgentCard> {
    const { cards } = this.#options;
    const isLegacy = isLegacyContext(context);
    if (!cards.hasExtended) throw noExtendedCard(isLegacy);
    const card = callerOf(context).isAuthenticated ? cards.extended() : cards.public();
    // What a signature covers is defined for the form of 1.0.
    return isLegacy ? card : cards.signed(card);
  }

  async sendMessage(request: SendMessageRequest, context: ServerCallContext): Promise<Message | Task> {
    const caller = callerOf(context);
    const { watcher, files, bound, turns, push, log, plainReplies } = this.#options;
    const { historyLength, returnImmediately } = request.configuration ?? {};
    checkHistoryLength(historyLength);
    const isOldest = !caller.namesVersion && isLegacyContext(context);
    const plain = plainReplies !== false && isOldest && returnImmediately !== true;
    let accepted: Accepted;
    try {
      const answerTo = plain ? ('proxy' as const) : undefined;
      const sender = { ...caller, answerTo, push: await push.ofSend(request, context) };
      accepted = await acceptWithFiles(turns.acceptor, request, sender);
    } catch (error) {
      const refusal = plain ? plainRefusal(error, request.message?.contextId ?? '') : undefined;
      if (refusal) return refusal;
      throw error;
    }
    const { task, seq } = accepted;
    if (plain) noteAnswered(log.untoldAnswers, accepted, request.message, caller.client);
    if (returnImmediately === true) {
      await turns.acceptor.synced(accepted);
      return files.task(bound.checkTask(limitHistory(task, historyLength)), caller);
    }
    const settled = bound.checkTask(
      limitHistory(await watcher.settled(task, seq, caller.client.signal), historyLength),
    );
    // Of a task that the client knows, the protocol wants the task.
    const isNew = request.message?.taskId === '';
    const message = plain
      ? await platformReply(plainReply(settled), plainReplies)
      : isNew
        ? bareReply(settled)
        : undefined;
    return message ? files.message(message, task.id, caller) : files.task(settled, caller);
  }

  async *sendMessageStream(request: SendMessageRequest, context: ServerCallContext): NumberedEvents {
    this.#checkStreaming();
    const caller = callerOf(context);
    const historyLength = request.configuration?.historyLength;
    checkHistoryLength(historyLength);
    const { turns, watcher, files, bound, push } = this.#options;
    const sender = { ...caller, push: await push.ofSend(request, context) };
    const accepted = await acceptWithFiles(turns.acceptor, request, sender);
    await turns.acceptor.synced(accepted);
    const { task, seq } = accepted;
    const ending = { finalTask: !isLegacyContext(context), historyLength };
    // The caller's own message is not repeated, unless the caller asks for it.
    const first = bound.checkTask(limitHistory(task, historyLength ?? 0));
    yield* files.events(watcher.stream(first, seq, caller.client, ending), caller);
  }

  async getTask(request: GetTaskRequest, context: ServerCallContext): Promise<Task> {
    checkHistoryLength(request.historyLength);
    const caller = callerOf(context);
    const { historyLength } = request;
    const { task } = await this.#find(request.id, caller, { history: historyLength !== 0, artifacts: true });
    return this.#options.files.task(limitHistory(task, historyLength), caller);
  }

  async listTasks(request: ListTasksRequest, context: ServerCallContext): Promise<ListTasksResponse> {
    const caller = callerOf(context);
    const { log, files, bound } = this.#options;
    const page = await listTasks(log.read, request, caller.owner, bound);
    return { ...page, tasks: await files.tasks(page.tasks, caller) };
  }

  async cancelTask(request: CancelTaskRequest, context: ServerCallContext): Promise<Task> {
    const caller = callerOf(context);
    const head = await this.#head(request.id, caller);
    await this.#cancel(head, context);
    // The cancel has taken place, so its answer is never refused.
    return this.#options.files.task((await this.#shortened(head)).task, caller);
  }

  async #cancel(head: TaskHead, context: ServerCallContext): Promise<void> {
    const { log, turns } = this.#options;
    // A second cancel succeeds in 1.0 (section 3.3.1) and is an error in 0.3 (section 8.2).
    const idempotent = !isLegacyContext(context);
    if (idempotent && head.state === TaskState.TASK_STATE_CANCELED) return;
    if (await log.settle(head.taskId, canceledEvent(head), { patience: CALLER })) {
      turns.dispatcher.cancel(head.taskId);
      return;
    }
    const now = (await log.read.head(head.taskId)) ?? head;
    if (idempotent && now.state === TaskState.TASK_STATE_CANCELED) return;
    throw taskNotCancelable(head.taskId, stateName(now.state));
  }

  async *resubscribe(request: SubscribeToTaskRequest, context: ServerCallContext): NumberedEvents {
    this.#checkStreaming();
    const caller = callerOf(context);
    // Whatever the request brought is not needed, and its answer may be long.
    caller.files.stored?.();
    yield* this.#options.files.events(this.#follow(request, caller, context), caller);
  }

  async *#follow(request: SubscribeToTaskRequest, caller: Caller, context: ServerCallContext): NumberedEvents {
    const { watcher, log } = this.#options;
    const head = await this.#head(request.id, caller);
    const { lastEventId } = caller.client;
    const ending = { finalTask: !isLegacyContext(context) };
    if (lastEventId !== undefined && lastEventId <= head.seq) {
      const [next] = await log.read.eventsAfter(head.taskId, lastEventId);
      const complete = next ? next.seq === lastEventId + 1 : lastEventId === head.seq;
      // If events in between are no longer in the log, the whole task takes their place.
      if (complete) {
        if (next || !head.terminal) yield* watcher.rest(head.taskId, lastEventId, caller.client, ending);
        return;
      }
    } else if (head.terminal) {
      throw unsupported(
        'TASK_TERMINAL',
        `Task ${head.taskId} has ended (${stateName(head.state)}); there is nothing to subscribe to. Get the task instead.`,
      );
    }
    const parts = { history: false, artifacts: true };
    // A task that goes on is never refused: its subscriber receives what follows.
    const record = head.terminal ? await this.#find(request.id, caller, parts) : await this.#shortened(head, parts);
    yield watcher.snapshot(record.task, record.seq);
    // A task that waits for an answer is followed too: its subscriber receives the next turn.
    if (!record.terminal) yield* watcher.rest(record.taskId, record.seq, caller.client, ending);
  }

  createTaskPushNotificationConfig(...call: PushCall<'create'>): PushAnswer<'create'> {
    return this.#options.push.create(...call);
  }

  getTaskPushNotificationConfig(...call: PushCall<'get'>): PushAnswer<'get'> {
    return this.#options.push.get(...call);
  }

  listTaskPushNotificationConfigs(...call: PushCall<'list'>): PushAnswer<'list'> {
    return this.#options.push.list(...call);
  }

  deleteTaskPushNotificationConfig(...call: PushCall<'remove'>): PushAnswer<'remove'> {
    return this.#options.push.remove(...call);
  }

  async #head(taskId: string, caller: Caller): Promise<TaskHead> {
    const head = taskId === '' ? undefined : await this.#options.log.read.head(taskId, caller.owner);
    if (!head) throw taskNotFound(taskId);
    return head;
  }

  async #find(taskId: string, { owner }: Caller, parts: TaskParts): Promise<TaskRecord> {
    const { log, bound } = this.#options;
    const bytes = taskId === '' ? undefined : await log.read.sizeOf(taskId, owner, parts);
    if (bytes === undefined) throw taskNotFound(taskId);
    bound.check(taskId, bytes);
    const record = await log.read.get(taskId, owner, parts);
    if (!record) throw taskNotFound(taskId);
    return record;
  }

  /** The task, without its content if that is too large for an answer. */
  async #shortened({ taskId }: TaskHead, parts?: TaskParts): Promise<TaskRecord> {
    const { log, bound } = this.#options;
    const isLarge = !bound.fits((await log.read.sizeOf(taskId, undefined, parts)) ?? 0);
    const record = await log.read.get(taskId, undefined, isLarge ? STATUS_ONLY : parts);
    if (!record) throw taskNotFound(taskId);
    return isLarge ? { ...record, task: withoutContent(record.task) } : record;
  }

  #checkStreaming(): void {
    if (!this.#options.cards.streaming) {
      throw unsupported(
        'STREAMING_OFF',
        'Streaming is switched off for this agent (a2a.streaming). Send without streaming.',
      );
    }
  }
}
