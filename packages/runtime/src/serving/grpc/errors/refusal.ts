import { encodeGrpcStatusDetails } from '@a2a-js/sdk/errors/grpc';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Metadata, type StatusObject, type status } from '@grpc/grpc-js';
import { wellFormed } from '@molecule/adapters';

/** An error as a client of gRPC receives it. */
export interface Refusal {
  readonly code: status;
  readonly message: string;
  /** `reason` of google.rpc.ErrorInfo. */
  readonly reason: string;
  /** `metadata` of google.rpc.ErrorInfo; `code` is the stable code. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Seconds until the next try. */
  readonly retryAfterSeconds?: number | undefined;
  /** The number of the last event that was sent, for a client that returns to its stream. */
  readonly lastEventId?: number | undefined;
}

/** Request metadata with the number of the last event that a client has received; in the trailers, of the last one that was sent. */
export const LAST_EVENT_ID = 'last-event-id';
const DETAILS = 'grpc-status-details-bin';
const RETRY_INFO_TYPE = 'type.googleapis.com/google.rpc.RetryInfo';

/** The status of a refused call, with the details that A2A asks for (A2A 1.0, section 10.6). */
export function refusalStatus(refusal: Refusal): StatusObject {
  const { code, reason, retryAfterSeconds, lastEventId } = refusal;
  // The client library encodes the text as a URI, which fails for half of a surrogate pair.
  const details = wellFormed(refusal.message);
  const info = Object.fromEntries(Object.entries(refusal.info).map(([key, value]) => [key, String(value)]));
  const blob = encodeGrpcStatusDetails(code, details, reason, info);
  const metadata = new Metadata();
  metadata.set(DETAILS, retryAfterSeconds === undefined ? blob : Buffer.concat([blob, retryInfo(retryAfterSeconds)]));
  if (lastEventId !== undefined) metadata.set(LAST_EVENT_ID, String(lastEventId));
  return { code, details, metadata };
}

/** One more entry of `details` in google.rpc.Status, which may follow the others. */
function retryInfo(seconds: number): Uint8Array {
  const duration = new BinaryWriter().uint32(tag(1, VARINT)).int64(Math.ceil(seconds)).finish();
  const info = new BinaryWriter().uint32(tag(1, BYTES)).bytes(duration).finish();
  const any = new BinaryWriter().uint32(tag(1, BYTES)).string(RETRY_INFO_TYPE).uint32(tag(2, BYTES)).bytes(info);
  return new BinaryWriter().uint32(tag(3, BYTES)).bytes(any.finish()).finish();
}

const VARINT = 0;
const BYTES = 2;

function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}
