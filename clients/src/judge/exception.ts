/** An operation of a client that does not give what the server gave, for a reason that lies in the client. */
export interface Exception {
  readonly kit: string;
  readonly operation: string;
  /** Bindings and versions; default all of the kit. */
  readonly over?: readonly string[];
  /** `fault`: the client gets it wrong. `lacks`: the client has no such operation, and the program reports none. */
  readonly kind: 'fault' | 'lacks';
  readonly reason: string;
  /** For a fault: exactly what the client sees instead; default anything but what is wanted. */
  readonly saw?: unknown;
}
