import type {
  DeleteTaskPushNotificationConfigRequest,
  GetTaskPushNotificationConfigRequest,
  ListTaskPushNotificationConfigsRequest,
  ListTaskPushNotificationConfigsResponse,
  SendMessageRequest,
  TaskPushNotificationConfig,
} from '@a2a-js/sdk';
import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { AllowedTargets } from '../../../support/network/guarded/allowed-targets.js';
import { pushConfigNotFound, pushNotSupported, taskNotFound, unsupported } from '../../../tasks/a2a-errors.js';
import type { PushConfig, PushKey } from '../../../tasks/log/push/push-config.js';
import { MOST_OF_OWNER, MOST_OF_TASK } from '../../../tasks/log/push/push-configs.js';
import type { TaskLog } from '../../../tasks/log/task-log.js';
import { callerOf, isLegacyContext } from '../caller.js';
import { readPushConfig, toSdkConfig } from './read-push-config.js';

export interface PushOperationsOptions {
  readonly log: Pick<TaskLog, 'push' | 'read'>;
  /** False: every operation is refused, as the card says. */
  readonly enabled: boolean;
  readonly targets: AllowedTargets;
}

/** The operations on push notification configurations (A2A 1.0, sections 3.1.7 to 3.1.10). Owners see those of their own tasks. */
export class PushOperations {
  readonly #options: PushOperationsOptions;

  constructor(options: PushOperationsOptions) {
    this.#options = options;
  }

  /** Where the sender of a message is to be notified of its task; undefined: nowhere. */
  async ofSend(request: SendMessageRequest, context: ServerCallContext): Promise<PushConfig | undefined> {
    const given = request.configuration?.taskPushNotificationConfig;
    if (!given) return undefined;
    return this.#read({ ...given, taskId: request.message?.taskId ?? '' }, context);
  }

  async create(given: TaskPushNotificationConfig, context: ServerCallContext): Promise<TaskPushNotificationConfig> {
    const { log } = this.#options;
    const { taskId } = given;
    const { owner } = callerOf(context);
    const config = await this.#read(given, context);
    if (taskId === '' || !(await log.push.configs.put(owner, taskId, config))) throw taskNotFound(taskId);
    return toSdkConfig(taskId, config);
  }

  async get(
    { taskId, id }: GetTaskPushNotificationConfigRequest,
    context: ServerCallContext,
  ): Promise<TaskPushNotificationConfig> {
    const owner = await this.#ownerOf(taskId, context);
    // In 0.3 the id is optional.
    const any = id === '' && isLegacyContext(context);
    const config = await this.#options.log.push.configs.get(owner, taskId, any ? undefined : id);
    if (!config) throw pushConfigNotFound(taskId, id);
    return toSdkConfig(taskId, config);
  }

  async list(
    { taskId }: ListTaskPushNotificationConfigsRequest,
    context: ServerCallContext,
  ): Promise<ListTaskPushNotificationConfigsResponse> {
    const owner = await this.#ownerOf(taskId, context);
    const configs = await this.#options.log.push.configs.list(owner, taskId);
    return { configs: configs.map((config) => toSdkConfig(taskId, config)), nextPageToken: '' };
  }

  /** Does nothing if there is no such configuration, as after a deletion. */
  async remove({ taskId, id }: DeleteTaskPushNotificationConfigRequest, context: ServerCallContext): Promise<void> {
    const owner = await this.#ownerOf(taskId, context);
    await this.#options.log.push.configs.remove(owner, { taskId, id });
  }

  async #read(given: TaskPushNotificationConfig, context: ServerCallContext): Promise<PushConfig> {
    const { log, enabled, targets } = this.#options;
    if (!enabled) throw pushNotSupported();
    const { owner } = callerOf(context);
    const config = readPushConfig(given, isLegacyContext(context) ? '0.3' : '1.0', targets);
    const key: PushKey = { taskId: given.taskId, id: config.id === '' ? given.taskId : config.id };
    const refusal = await log.push.configs.refusal(owner, key);
    if (refusal)
      throw tooMany(
        refusal === 'task'
          ? `a task has at most ${MOST_OF_TASK}`
          : `an owner has at most ${MOST_OF_OWNER} of tasks that go on`,
      );
    return config;
  }

  /** @returns the owner of the task, who is the caller */
  async #ownerOf(taskId: string, context: ServerCallContext): Promise<string> {
    const { log, enabled } = this.#options;
    if (!enabled) throw pushNotSupported();
    const { owner } = callerOf(context);
    if (taskId === '' || !(await log.read.head(taskId, owner))) throw taskNotFound(taskId);
    return owner;
  }
}

function tooMany(bound: string): Error {
  return unsupported(
    'PUSH_CONFIG_LIMIT',
    `There are too many push notification configs: ${bound}. Delete one that is not needed any more.`,
  );
}
