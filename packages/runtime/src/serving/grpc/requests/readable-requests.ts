import { type MethodDefinition, type ServiceDefinition, status } from '@grpc/grpc-js';
import { MAX_DEPTH, MAX_FIELDS, MAX_VALUES } from '../../a2a/request-bounds.js';
import type { Refusal } from '../errors/refusal.js';
import { measureValues } from './measure-values.js';

/** A request that is refused instead of being handled. */
export class UnreadableRequest {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

/**
 * The service, whose requests are an {@link UnreadableRequest} if they cannot be read, or hold more than over HTTP. An error thrown
 * here would reach the client as a fault of the server.
 */
export function withReadableRequests<Service extends ServiceDefinition>(service: Service): Service {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]: [string, MethodDefinition<unknown, unknown>]) => [
      name,
      { ...method, requestDeserialize: (bytes: Buffer) => read(bytes, method) },
    ]),
  ) as Service;
}

function read(bytes: Buffer, method: MethodDefinition<unknown, unknown>): unknown {
  let request: unknown;
  try {
    request = method.requestDeserialize(bytes);
  } catch (error) {
    return new UnreadableRequest(error instanceof RangeError ? TOO_DEEP : NOT_A_MESSAGE);
  }
  const { depth, values, fields } = measureValues(request, MAX_DEPTH);
  if (depth > MAX_DEPTH) return new UnreadableRequest(TOO_DEEP);
  return values > MAX_VALUES || fields > MAX_FIELDS ? new UnreadableRequest(TOO_MANY) : request;
}

const NOT_A_MESSAGE: Refusal = {
  code: status.INVALID_ARGUMENT,
  message: 'The request is not a message of the protocol: its bytes cannot be read as one.',
  reason: 'INVALID_PARAMS',
  info: { code: 'REQUEST_INVALID' },
};

const TOO_DEEP: Refusal = {
  code: status.INVALID_ARGUMENT,
  message: `The request nests deeper than ${MAX_DEPTH} levels.`,
  reason: 'INVALID_PARAMS',
  info: { code: 'BODY_TOO_DEEP' },
};

const TOO_MANY: Refusal = {
  code: status.RESOURCE_EXHAUSTED,
  message: `The request has more than ${MAX_VALUES} values, or more than ${MAX_FIELDS} fields. Send large data as a file: raw bytes, or by URL.`,
  reason: 'INVALID_PARAMS',
  info: { code: 'BODY_TOO_MANY_VALUES' },
};
