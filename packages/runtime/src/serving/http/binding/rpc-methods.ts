/** The methods of protocol 0.3, each with its name in 1.0. */
const IN_1_0: ReadonlyMap<string, string> = new Map([
  ['message/send', 'SendMessage'],
  ['message/stream', 'SendStreamingMessage'],
  ['tasks/get', 'GetTask'],
  ['tasks/cancel', 'CancelTask'],
  ['tasks/resubscribe', 'SubscribeToTask'],
  ['tasks/pushNotificationConfig/set', 'CreateTaskPushNotificationConfig'],
  ['tasks/pushNotificationConfig/get', 'GetTaskPushNotificationConfig'],
  ['tasks/pushNotificationConfig/list', 'ListTaskPushNotificationConfigs'],
  ['tasks/pushNotificationConfig/delete', 'DeleteTaskPushNotificationConfig'],
  ['agent/getAuthenticatedExtendedCard', 'GetExtendedAgentCard'],
]);
/** The methods of protocol 1.0, each with its name in 0.3; `ListTasks` is new. */
const IN_0_3: ReadonlyMap<string, string | undefined> = new Map([
  ...[...IN_1_0].map(([legacy, current]) => [current, legacy] as const),
  ['ListTasks', undefined],
]);

/** Streaming methods, each with the method that does the same without a stream; `undefined` if there is none. */
const STREAMING: ReadonlyMap<string, string | undefined> = new Map([
  ['SendStreamingMessage', 'SendMessage'],
  ['SubscribeToTask', undefined],
  ['message/stream', 'message/send'],
  ['tasks/resubscribe', undefined],
]);

export function isStreamingMethod(method: unknown): boolean {
  return typeof method === 'string' && STREAMING.has(method);
}

/** The method that does the same with a single answer; `undefined` if there is none. */
export function withoutStream(method: string): string | undefined {
  return STREAMING.has(method) ? STREAMING.get(method) : method;
}

/** The error text for a method that this protocol version does not have; `undefined` if it has the method. */
export function missingMethod(method: string, version: string, namesVersion: boolean): string | undefined {
  const legacy = version === '0.3';
  if (legacy ? IN_1_0.has(method) : IN_0_3.has(method)) return undefined;
  const missing = `Method not found: ${method.slice(0, 100)}.`;
  if (legacy && IN_0_3.has(method)) {
    const named = namesVersion ? 'the request names version 0.3' : 'the request names no version, which means 0.3';
    const before = IN_0_3.get(method);
    const other = before === undefined ? '' : `, or call ${before}`;
    return `${missing} It is a method of protocol 1.0, and ${named}: send the header A2A-Version: 1.0${other}.`;
  }
  if (!legacy && IN_1_0.has(method)) {
    return `${missing} It is a method of protocol 0.3, and the request names version ${version}: call ${IN_1_0.get(method)}, or send the header A2A-Version: 0.3.`;
  }
  return missing;
}
