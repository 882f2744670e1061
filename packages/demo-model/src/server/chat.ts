/** One message of a conversation, in the form that the model uses. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface CompletionRequest {
  /** Not empty; the last message is the user's. */
  readonly messages: readonly ChatMessage[];
  /** The limit of generated tokens; the model has an additional one. */
  readonly maxTokens: number | undefined;
  /** Aborts the generation, or the wait in the queue. */
  readonly signal: AbortSignal;
  /** Called with each piece of text. */
  readonly onText?: (text: string) => void;
}

export interface Completion {
  readonly text: string;
  /** True if the limit of tokens ended the answer. */
  readonly truncated: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A model that answers requests one after the other. */
export interface LanguageModel {
  /** The limit of a conversation and its answer together, in tokens. */
  readonly contextSize: number;
  countTokens(text: string): number;
  complete(request: CompletionRequest): Promise<Completion>;
  /** The number of requests that are running or queued. */
  readonly pending: number;
  /** The number of tokens generated since the start. */
  readonly generatedTokens: number;
}
