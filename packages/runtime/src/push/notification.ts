import type { StreamResponse, Task, TaskStatusUpdateEvent } from '@a2a-js/sdk';
import { V03PushNotificationSerializer } from '@a2a-js/sdk/compat/v0_3/server';
import { type PushNotificationSerializer, V1PushNotificationSerializer } from '@a2a-js/sdk/server';
import { eventFromJson, isTerminal, stateOf } from '../tasks/events/task-event.js';
import type { PushVersion } from '../tasks/log/push/push-config.js';
import type { PushRow } from '../tasks/log/push/push-deliveries.js';

/** The body of a notification. */
export interface NotificationBody {
  readonly body: string;
  readonly contentType: string;
  /** True: it has the ended task. */
  readonly isEnd: boolean;
}

const SERIALIZERS: Readonly<Record<PushVersion, PushNotificationSerializer>> = {
  '1.0': new V1PushNotificationSerializer(),
  '0.3': new V03PushNotificationSerializer(),
};

/**
 * The body of a notification: a status or the whole task in 1.0 (section 4.3.3), always a task in 0.3. Undefined: nothing is sent, since
 * the task was deleted, or the whole task follows anyway.
 *
 * @param wholeTask the task as it stands; undefined: it was deleted
 */
export async function notificationBody(
  { event: json }: PushRow,
  version: PushVersion,
  wholeTask: () => Promise<Task | undefined>,
): Promise<NotificationBody | undefined> {
  if (json === undefined) {
    const task = await wholeTask();
    return task && written({ payload: { $case: 'task', value: task } }, version, isTerminal(task.status?.state));
  }
  const event = eventFromJson(json);
  if (event.$case !== 'statusUpdate') throw new TypeError('A notification has a status or the whole task.');
  if (version === '1.0') return written({ payload: event }, version, false);
  if (isTerminal(stateOf(event))) return undefined;
  return written({ payload: { $case: 'task', value: taskOf(event.value) } }, version, false);
}

function written(response: StreamResponse, version: PushVersion, isEnd: boolean): NotificationBody {
  return { ...SERIALIZERS[version].serialize(response), isEnd };
}

/** The task as a status has it. Its artifacts are in the last notification. */
function taskOf({ taskId, contextId, status, metadata }: TaskStatusUpdateEvent): Task {
  return { id: taskId, contextId, status, metadata, artifacts: [], history: [] };
}
