import type { ChatMessage } from './chat.js';

/** The two functions of a model that are used here. */
export interface Tokenizer<Token = unknown> {
  tokenize(text: string): Token[];
  detokenize(tokens: readonly Token[]): string;
}

export interface FittedMessages {
  /** The earlier messages; if there are any, the first is a user's. */
  readonly history: readonly ChatMessage[];
  /** The last message. */
  readonly prompt: string;
  readonly tokens: number;
}

/** The tokens that the chat format adds to each message. */
const TOKENS_PER_MESSAGE = 8;

/**
 * The end of the conversation that fits into `room` tokens. If the last message alone is too long, its beginning is removed,
 * because a question is usually at the end.
 */
export function fitMessages<Token>(
  messages: readonly ChatMessage[],
  room: number,
  model: Tokenizer<Token>,
): FittedMessages {
  const prompt = messages.at(-1)?.text ?? '';
  const promptTokens = model.tokenize(prompt);
  const promptRoom = room - TOKENS_PER_MESSAGE;
  if (promptTokens.length > promptRoom) {
    return { history: [], prompt: model.detokenize(promptTokens.slice(-promptRoom)), tokens: room };
  }
  let tokens = promptTokens.length + TOKENS_PER_MESSAGE;
  const history: ChatMessage[] = [];
  for (const message of messages.slice(0, -1).reverse()) {
    const cost = model.tokenize(message.text).length + TOKENS_PER_MESSAGE;
    if (tokens + cost > room) break;
    tokens += cost;
    history.unshift(message);
  }
  while (history[0]?.role === 'assistant') history.shift();
  return { history, prompt, tokens };
}
