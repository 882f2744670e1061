/** The sender of a message, independent of the transport. */
export interface Sender {
  /** The owner whose tasks it may see and create. */
  readonly owner: string;
  /** W3C traceparent of the request; `undefined` if it named none. */
  readonly traceparent: string | undefined;
}
