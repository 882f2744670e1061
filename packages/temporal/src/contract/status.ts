/** `available`: connected and polling. `unavailable`: turns run directly, and connecting is retried in the background. */
export type WrapperState = 'off' | 'connecting' | 'available' | 'unavailable' | 'stopped';

/** A wrapper's connection to Temporal. */
export interface WrapperStatus {
  readonly state: WrapperState;
  /** One line for people: the server it is connected to, or why it is not connected. */
  readonly detail: string;
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Address of Temporal's web interface, if known. */
  readonly uiUrl?: string;
}
