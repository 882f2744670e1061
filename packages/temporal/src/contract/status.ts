/** `available`: connected and polling. `unavailable`: tasks run directly, and connecting goes on in the background. */
export type WrapperState = 'off' | 'connecting' | 'available' | 'unavailable' | 'stopped';

/** How a wrapper stands with Temporal, now. */
export interface WrapperStatus {
  readonly state: WrapperState;
  /** One line for people: what it is connected to, or why it is not. */
  readonly detail: string;
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Temporal's web interface, when it is known. */
  readonly uiUrl?: string;
}
