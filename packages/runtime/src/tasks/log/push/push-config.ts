import type { Selectable } from 'kysely';
import type { PushConfigsTable } from '../push-schema.js';

/** The protocol versions in which a caller is notified. */
export type PushVersion = '1.0' | '0.3';

/** Where a caller is to be notified of a task, and how its receiver recognizes the sender. */
export interface PushConfig {
  /** Empty in a new one: that of the task. */
  readonly id: string;
  readonly url: string;
  /** Sent back with each notification. */
  readonly token: string | undefined;
  /** The scheme of the header `Authorization`. */
  readonly scheme: string | undefined;
  readonly credentials: string | undefined;
  readonly version: PushVersion;
}

/** What identifies a configuration. */
export interface PushKey {
  readonly taskId: string;
  readonly id: string;
}

export function toPushConfig(row: Selectable<PushConfigsTable>): PushConfig {
  const { id, url, token, scheme, credentials, version } = row;
  return {
    id,
    url,
    token: token ?? undefined,
    scheme: scheme ?? undefined,
    credentials: credentials ?? undefined,
    version: version as PushVersion,
  };
}

/** The columns of a configuration as its caller makes it. */
export function configColumns({ url, token, scheme, credentials, version }: PushConfig) {
  return {
    url,
    origin: new URL(url).origin,
    token: token ?? null,
    scheme: scheme ?? null,
    credentials: credentials ?? null,
    version,
  };
}

/** The columns of a configuration of which no delivery has failed. */
export const NOTHING_FAILED = {
  tries: 0,
  unreachable: 0,
  failing_since: null,
  not_before: 0,
  disabled_at: null,
  last_error: null,
} as const;
