/** The name under which a message is known. */
export interface MessageKey {
  readonly owner: string;
  readonly contextKey: string;
  readonly messageId: string;
  /** SHA-256 of its content, hex. */
  readonly digest: string;
}

/** A message that was seen before. */
export interface KnownMessage {
  readonly taskId: string;
  readonly turn: number;
  readonly sameContent: boolean;
}
