import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

/** A payload with its metadata in Temporal's wire format. */
export function payloadToBytes(payload: Payload): Uint8Array {
  return PayloadMessage.encode(payload).finish();
}

export function payloadFromBytes(bytes: Uint8Array): Payload {
  return PayloadMessage.decode(bytes);
}

export function metadataText(payload: Payload, name: string): string | undefined {
  const value = payload.metadata?.[name];
  return value ? textDecoder.decode(value) : undefined;
}

export function metadataOf(entries: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, textEncoder.encode(value)]));
}
