import {
  type A2AError,
  isJsonRpcError,
  JsonRpcContentTypeNotSupportedError,
  JsonRpcExtendedAgentCardNotConfiguredError,
  JsonRpcPushNotificationNotSupportedError,
  JsonRpcRequestMalformedError,
  JsonRpcTaskNotCancelableError,
  JsonRpcTaskNotFoundError,
  JsonRpcTransportError,
  JsonRpcUnsupportedOperationError,
} from '@a2a-js/sdk/errors';

const INTERNAL = -32603;

const CLASSES = {
  TaskNotFoundError: JsonRpcTaskNotFoundError,
  TaskNotCancelableError: JsonRpcTaskNotCancelableError,
  PushNotificationNotSupportedError: JsonRpcPushNotificationNotSupportedError,
  UnsupportedOperationError: JsonRpcUnsupportedOperationError,
  // 0.3 has no error of its own for it.
  ExtensionSupportRequiredError: JsonRpcUnsupportedOperationError,
  ContentTypeNotSupportedError: JsonRpcContentTypeNotSupportedError,
  ExtendedAgentCardNotConfiguredError: JsonRpcExtendedAgentCardNotConfiguredError,
  RequestMalformedError: JsonRpcRequestMalformedError,
} as const;

/**
 * The same error for a client of 0.3, with its stable code in `data`. In 0.3 the SDK sends `data` of its JSON-RPC error classes only.
 */
export function toLegacyError(error: A2AError): A2AError {
  if (isJsonRpcError(error)) return error;
  const { message, metadata, name } = error;
  const data = [error.toErrorInfo()];
  if (name in CLASSES) {
    const legacy = new CLASSES[name as keyof typeof CLASSES]({ message, data, ...(metadata && { metadata }) });
    return Object.assign(legacy, { reason: error.reason });
  }
  return new JsonRpcTransportError({ jsonrpc: '2.0', id: null, error: { code: INTERNAL, message, data } });
}
