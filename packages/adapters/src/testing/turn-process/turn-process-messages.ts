import type { JsonValue } from '../../contract/json.js';
import type { Turn } from '../../contract/turn.js';
import type { TurnEvent } from '../../contract/turn-event.js';

/** What the process of a turn receives, once. */
export interface TurnOrder {
  /** URL of the module whose default export makes the engine. */
  readonly engine: string;
  /** The argument of that function. */
  readonly order: JsonValue | undefined;
  readonly turn: Turn;
  /** Directory of the engine store. */
  readonly store?: string | undefined;
}

/** What it sends. */
export type TurnReport =
  | { readonly kind: 'event'; readonly event: TurnEvent }
  | { readonly kind: 'checkpoint'; readonly checkpoint: JsonValue }
  | { readonly kind: 'ended' };
