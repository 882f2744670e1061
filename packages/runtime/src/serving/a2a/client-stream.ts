/** The client's end of a stream. Every transport implements it. */
export interface ClientStream {
  /** Aborted when the client has gone, or has received everything. */
  readonly signal: AbortSignal;
  /** The number of the last event that a returning client has received (`Last-Event-ID`); `undefined` if it named none. */
  readonly lastEventId: number | undefined;
  /** Resolves when the answer is over: true if all of it was written to a client that was still there. Absent: that is not known. */
  readonly answered?: Promise<boolean>;
  /** Resolves when the client has read enough for the next event, or has gone. Never rejects. */
  drained(): Promise<void>;
}
