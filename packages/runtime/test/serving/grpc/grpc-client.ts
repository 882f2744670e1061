import type { SendMessageRequest, StreamResponse, Task } from '@a2a-js/sdk';
import { LegacyA2AService } from '@a2a-js/sdk/compat/v0_3/server/grpc';
import { decodeErrorInfo, decodeStatus } from '@a2a-js/sdk/errors/grpc';
import { A2AService } from '@a2a-js/sdk/server/grpc';
import {
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { sending } from '../../support/a2a-client.js';

export const METHODS = { ...A2AService, legacy: LegacyA2AService };

export interface Refused {
  /** The name of the status. */
  readonly status: string;
  readonly message: string;
  readonly reason: string | undefined;
  readonly info: Readonly<Record<string, string>>;
  /** The types of google.rpc.Status' details. */
  readonly details: readonly string[];
  readonly lastEventId: string | undefined;
}

/** A client of bare gRPC, for what no SDK client sends or shows. */
export class GrpcClient implements Disposable {
  readonly #client: Client;

  constructor(address: string, channel: ChannelCredentials = credentials.createInsecure(), options: object = {}) {
    this.#client = new Client(address, channel, options);
  }

  /** @param headers the metadata of the call */
  async call<Request, Answer>(
    method: MethodDefinition<Request, Answer>,
    request: Request,
    headers: Readonly<Record<string, string>> = {},
    options: { readonly deadline?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = method;
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        path,
        (value: Request) => (Buffer.isBuffer(value) ? value : requestSerialize(value)),
        responseDeserialize,
        request,
        metadataOf(headers),
        options.deadline === undefined ? {} : { deadline: options.deadline },
        (error, answer) => (error ? reject(error) : resolve(answer as Answer)),
      );
      options.signal?.addEventListener('abort', () => call.cancel());
    });
  }

  stream<Request, Answer>(
    method: MethodDefinition<Request, Answer>,
    request: Request,
    headers: Readonly<Record<string, string>> = {},
  ): ClientReadableStream<Answer> {
    const { path, requestSerialize, responseDeserialize } = method;
    return this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadataOf(headers),
      {},
    );
  }

  async send(text: string, headers: Readonly<Record<string, string>> = {}, request: object = {}): Promise<Task> {
    const { payload } = await this.call(A2AService.sendMessage, { ...sending(text), ...request }, headers);
    if (payload?.$case !== 'task') throw new Error('The answer is no task.');
    return payload.value;
  }

  streamed(text: string, headers: Readonly<Record<string, string>> = {}): ClientReadableStream<StreamResponse> {
    return this.stream(A2AService.sendStreamingMessage, sending(text) as SendMessageRequest, headers);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

/** The events of a stream, and the status with which it ended. */
export async function collect<Answer>(
  stream: ClientReadableStream<Answer>,
): Promise<{ readonly events: readonly Answer[]; readonly end: StatusObject }> {
  const events: Answer[] = [];
  const ended = new Promise<StatusObject>((resolve) => stream.once('status', resolve));
  stream.on('data', (event: Answer) => events.push(event));
  stream.on('error', () => undefined);
  return { end: await ended, events };
}

/** How a call was refused. */
export async function refusalOf(call: Promise<unknown>): Promise<Refused> {
  const error = await call.then(
    () => {
      throw new Error('The call was not refused.');
    },
    (thrown: unknown) => thrown,
  );
  return refusedBy(error as ServiceError);
}

export function refusedBy({ code, details: message, metadata }: StatusObject | ServiceError): Refused {
  const [bytes] = metadata.get('grpc-status-details-bin');
  const { details } = bytes ? decodeStatus(bytes as Buffer) : { details: [] };
  const info = details.find(({ typeUrl }) => typeUrl.endsWith('google.rpc.ErrorInfo'));
  const told = info && decodeErrorInfo(info.value);
  return {
    status: status[code],
    message,
    reason: told?.reason,
    info: told?.metadata ?? {},
    details: details.map(({ typeUrl }) => typeUrl.split('/').at(-1) ?? ''),
    lastEventId: metadata.get('last-event-id')[0]?.toString(),
  };
}

/** The number that an event has in the task log. */
export function seqOf({ payload }: StreamResponse): number {
  const { metadata } = (payload?.value ?? {}) as { readonly metadata?: Readonly<Record<string, unknown>> };
  return Number(metadata?.['molecule.seq']);
}

function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  return metadata;
}
