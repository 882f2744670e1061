/** Names of the protocol's errors by their code, as Python writes them. */
const TYPES: Readonly<Record<number, string>> = {
  [-32001]: 'TaskNotFoundError',
  [-32002]: 'TaskNotCancelableError',
  [-32003]: 'PushNotificationNotSupportedError',
  [-32004]: 'UnsupportedOperationError',
  [-32005]: 'ContentTypeNotSupportedError',
  [-32006]: 'InvalidAgentResponseError',
  [-32007]: 'ExtendedAgentCardNotConfiguredError',
  [-32600]: 'InvalidRequestError',
  [-32601]: 'MethodNotFoundError',
  [-32602]: 'InvalidParamsError',
  [-32603]: 'InternalError',
  [-32700]: 'JSONParseError',
};

/** The name from which Python knows the type of an error on REST of 0.3; nothing for an error of another kind. */
export function legacyErrorType(code: unknown): { readonly type?: string } {
  const type = typeof code === 'number' ? TYPES[code] : undefined;
  return type === undefined ? {} : { type };
}
