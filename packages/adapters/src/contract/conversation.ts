/** How much of a conversation is read. */
export interface ConversationBounds {
  /** The largest number of messages. Default 50. */
  readonly messages?: number;
  /** The largest number of characters of all messages. The newest message is there in any case, cut at its end. Default 50000. */
  readonly characters?: number;
}

/** A message of a conversation. */
export interface ConversationEntry {
  /** `agent`: an answer or a question of the agent. */
  readonly role: 'user' | 'agent';
  readonly text: string;
  /** The task in which it was said. */
  readonly taskId: string;
}
