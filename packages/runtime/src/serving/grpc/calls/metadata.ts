import type { Metadata } from '@grpc/grpc-js';

/** The first value of a metadata key as text, trimmed; `undefined` if there is none, or it is empty. */
export function firstOf(metadata: Metadata, key: string): string | undefined {
  return metadata.get(key)[0]?.toString().trim() || undefined;
}

/** The values of a metadata key as one list, separated by commas; `undefined` if there is none. */
export function joined(metadata: Metadata, key: string): string | undefined {
  return metadata.get(key).join(',') || undefined;
}
