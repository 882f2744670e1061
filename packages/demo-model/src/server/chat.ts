/** One message of a conversation, as far as a model of this size understands one. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface CompletionRequest {
  /** Not empty; the last one is the user's. */
  readonly messages: readonly ChatMessage[];
  /** Bound of tokens to generate; the model has one of its own. */
  readonly maxTokens: number | undefined;
  /** Ends the generation, or the wait for its turn. */
  readonly signal: AbortSignal;
  /** Called with each piece of text as it comes. */
  readonly onText?: (text: string) => void;
}

export interface Completion {
  readonly text: string;
  /** True when the bound of tokens ended it. */
  readonly truncated: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A model that answers one request after the other. */
export interface LanguageModel {
  /** Tokens that a conversation and its answer may have together. */
  readonly contextSize: number;
  countTokens(text: string): number;
  complete(request: CompletionRequest): Promise<Completion>;
  /** Requests that are being answered or wait for their turn. */
  readonly pending: number;
  /** Tokens generated since the start. */
  readonly generatedTokens: number;
}
