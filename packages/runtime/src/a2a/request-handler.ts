import {
  type AgentCard,
  type CancelTaskRequest,
  type GetTaskRequest,
  type ListTasksRequest,
  type ListTasksResponse,
  type Message,
  type SendMessageRequest,
  type StreamResponse,
  type SubscribeToTaskRequest,
  type Task,
  type TaskPushNotificationConfig,
  TaskState,
} from '@a2a-js/sdk';
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server';
import { canceledEvent } from '../runner/a2a-events.js';
import type { TaskExecutor } from '../runner/task-executor.js';
import { CALLER } from '../storage/storage-gate.js';
import type { TaskRecord } from '../task-log/records.js';
import { stateName } from '../task-log/task-event.js';
import type { TaskLog } from '../task-log/task-log.js';
import { noExtendedCard, pushNotSupported, taskNotCancelable, taskNotFound, unsupported } from './a2a-errors.js';
import type { AgentCards } from './agent-card.js';
import { type Caller, callerOf } from './caller.js';
import { checkHistoryLength, limitHistory } from './history-length.js';
import { listTasks } from './list-tasks.js';
import type { Accepted, MessageAcceptor } from './message-acceptor.js';
import { plainRefusal, plainReply } from './plain-reply.js';
import type { TaskWatcher } from './task-watcher.js';

export interface RequestHandlerOptions {
  readonly cards: AgentCards;
  readonly log: TaskLog;
  readonly acceptor: MessageAcceptor;
  readonly executor: TaskExecutor;
  readonly watcher: TaskWatcher;
  /** True: a blocking send of protocol 0.3 that names no version is answered with a plain message: see {@link plainReply}. */
  readonly plainReplies: boolean;
}

/** A2A's operations over the task log. Every transport and both protocol versions end here. */
export class MoleculeRequestHandler implements A2ARequestHandler {
  readonly #options: RequestHandlerOptions;

  constructor(options: RequestHandlerOptions) {
    this.#options = options;
  }

  async getAgentCard(): Promise<AgentCard> {
    return this.#options.cards.public();
  }

  async getAuthenticatedExtendedAgentCard(_request: unknown, context: ServerCallContext): Promise<AgentCard> {
    const { cards } = this.#options;
    if (!cards.hasExtended) throw noExtendedCard(isLegacy(context));
    return callerOf(context).isAuthenticated ? cards.extended() : cards.public();
  }

  async sendMessage(request: SendMessageRequest, context: ServerCallContext): Promise<Message | Task> {
    const caller = callerOf(context);
    const { historyLength, returnImmediately } = request.configuration ?? {};
    checkHistoryLength(historyLength);
    const plain = this.#options.plainReplies && !caller.namesVersion && isLegacy(context) && returnImmediately !== true;
    let accepted: Accepted;
    try {
      accepted = await this.#options.acceptor.accept(request, caller);
    } catch (error) {
      const refusal = plain ? plainRefusal(error, request.message?.contextId ?? '') : undefined;
      if (refusal) return refusal;
      throw error;
    }
    const { task, seq } = accepted;
    if (returnImmediately === true) return limitHistory(task, historyLength);
    const settled = await this.#options.watcher.settled(task, seq, caller.connection.signal);
    return plain ? plainReply(settled) : limitHistory(settled, historyLength);
  }

  async *sendMessageStream(
    request: SendMessageRequest,
    context: ServerCallContext,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    this.#checkStreaming();
    const caller = callerOf(context);
    const historyLength = request.configuration?.historyLength;
    checkHistoryLength(historyLength);
    const { task, seq } = await this.#options.acceptor.accept(request, caller);
    const ending = { finalTask: !isLegacy(context), historyLength };
    yield* this.#options.watcher.stream(limitHistory(task, historyLength), seq, caller.connection, ending);
  }

  async getTask(request: GetTaskRequest, context: ServerCallContext): Promise<Task> {
    checkHistoryLength(request.historyLength);
    const { task } = await this.#find(request.id, callerOf(context));
    return limitHistory(task, request.historyLength);
  }

  listTasks(request: ListTasksRequest, context: ServerCallContext): Promise<ListTasksResponse> {
    return listTasks(this.#options.log.read, request, callerOf(context).owner);
  }

  async cancelTask(request: CancelTaskRequest, context: ServerCallContext): Promise<Task> {
    const record = await this.#find(request.id, callerOf(context));
    // Canceling twice is as good as once in 1.0 (section 3.3.1), and an error in 0.3 (section 8.2).
    const idempotent = !isLegacy(context);
    if (idempotent && record.state === TaskState.TASK_STATE_CANCELED) return record.task;
    const canceled = await this.#options.log.settle(record.taskId, canceledEvent(record), CALLER);
    if (!canceled) return this.#overAlready(record, idempotent);
    this.#options.executor.cancel(record.taskId);
    return canceled.task;
  }

  async *resubscribe(
    request: SubscribeToTaskRequest,
    context: ServerCallContext,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    this.#checkStreaming();
    const caller = callerOf(context);
    const { watcher, log } = this.#options;
    const record = await this.#find(request.id, caller);
    const { connection } = caller;
    const ending = { finalTask: !isLegacy(context) };
    if (connection.lastEventId !== undefined && connection.lastEventId <= record.seq) {
      const [next] = await log.read.eventsAfter(record.taskId, connection.lastEventId);
      const complete = next ? next.seq === connection.lastEventId + 1 : connection.lastEventId === record.seq;
      // Otherwise the events are gone already, and the task itself tells everything.
      if (complete) {
        if (next || !record.terminal) yield* watcher.rest(record.taskId, connection.lastEventId, connection, ending);
        return;
      }
    } else if (record.terminal) {
      throw unsupported(
        'TASK_TERMINAL',
        `Task ${record.taskId} is over (${stateName(record.state)}); there is nothing to subscribe to. Get the task instead.`,
      );
    }
    yield* watcher.snapshot(record.task, record.seq, connection);
    // A task that waits for somebody is followed, too: its next turn is what the subscriber wants to see.
    if (!record.terminal) yield* watcher.rest(record.taskId, record.seq, connection, ending);
  }

  createTaskPushNotificationConfig(): Promise<TaskPushNotificationConfig> {
    return noPush();
  }

  getTaskPushNotificationConfig(): Promise<TaskPushNotificationConfig> {
    return noPush();
  }

  listTaskPushNotificationConfigs(): Promise<never> {
    return noPush();
  }

  deleteTaskPushNotificationConfig(): Promise<void> {
    return noPush();
  }

  async #find(taskId: string, caller: Caller): Promise<TaskRecord> {
    const record = taskId === '' ? undefined : await this.#options.log.read.get(taskId, caller.owner);
    if (!record) throw taskNotFound(taskId);
    return record;
  }

  async #overAlready(record: TaskRecord, idempotent: boolean): Promise<Task> {
    const now = await this.#options.log.read.get(record.taskId);
    if (idempotent && now?.state === TaskState.TASK_STATE_CANCELED) return now.task;
    throw taskNotCancelable(record.taskId, stateName(now?.state ?? record.state));
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

/** Protocol 0.3; the SDK says so, too, when a request names no version. */
function isLegacy(context: ServerCallContext): boolean {
  return context.requestedVersion.startsWith('0.');
}

function noPush(): Promise<never> {
  return Promise.reject(pushNotSupported());
}
