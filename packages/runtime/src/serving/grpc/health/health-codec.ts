import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** The values of grpc.health.v1.HealthCheckResponse.ServingStatus. */
export const SERVING_STATUS = { SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

export type ServingStatus = (typeof SERVING_STATUS)[keyof typeof SERVING_STATUS];

/** The tag of field 1 as a text, and as a number. */
const [TEXT, NUMBER] = [10, 8];

/** A request; `service` is empty for the whole server. gRPC takes a value that is falsy, such as an empty text, for no request. */
export interface HealthRequest {
  readonly service: string;
}

export function encodeRequest({ service }: HealthRequest): Buffer {
  return Buffer.from(new BinaryWriter().uint32(TEXT).string(service).finish());
}

export function decodeRequest(bytes: Uint8Array): HealthRequest {
  return { service: fieldOne(bytes, TEXT, (reader) => reader.string()) ?? '' };
}

export function encodeResponse(status: ServingStatus): Buffer {
  return Buffer.from(new BinaryWriter().uint32(NUMBER).int32(status).finish());
}

export function decodeResponse(bytes: Uint8Array): ServingStatus {
  return (fieldOne(bytes, NUMBER, (reader) => reader.int32()) ?? 0) as ServingStatus;
}

function fieldOne<Value>(bytes: Uint8Array, wanted: number, read: (reader: BinaryReader) => Value): Value | undefined {
  const reader = new BinaryReader(bytes);
  let value: Value | undefined;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === wanted) value = read(reader);
    else reader.skip(tag & 7);
  }
  return value;
}
