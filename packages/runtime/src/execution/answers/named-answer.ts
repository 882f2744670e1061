import type { JsonValue } from '@molecule/adapters';

/** What a message says to the request that it names. */
export interface NamedAnswer {
  readonly requestId: string;
  readonly choice?: JsonValue;
  readonly text?: JsonValue;
  readonly data?: JsonValue;
  /** To an approval: true allows, false refuses. */
  readonly approved?: JsonValue;
}
