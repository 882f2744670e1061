import { type ChatHistoryItem, getLlama, LlamaChatSession, LlamaLogLevel } from 'node-llama-cpp';
import type { ChatMessage, Completion, CompletionRequest, LanguageModel } from './chat.js';
import { fitMessages } from './fit-messages.js';

/** Tokens of the conversation and its answer. Reading more than this takes one thread too long for a first impression. */
const CONTEXT_SIZE = 2_048;
/** A model of this size repeats itself long before. */
const MAX_TOKENS = 256;
/** For what the chat format puts around the messages. */
const RESERVED_TOKENS = 64;

/** Loads the model. It never compiles nor downloads anything; throws when there is no built library for this machine. */
export async function loadLanguageModel(modelPath: string): Promise<LanguageModel> {
  // One thread: with more, they wait for each other by spinning, and starve on a busy machine (24 s to the first token).
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    gpu: false,
    maxThreads: 1,
    logLevel: LlamaLogLevel.error,
    progressLogs: false,
  });
  const model = await llama.loadModel({ modelPath });
  const contextSize = Math.min(CONTEXT_SIZE, model.trainContextSize);
  const context = await model.createContext({ contextSize });
  const sequence = context.getSequence();
  const countTokens = (text: string): number => model.tokenize(text).length;
  let pending = 0;
  let generatedTokens = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function answer({ messages, maxTokens, signal, onText }: CompletionRequest): Promise<Completion> {
    signal.throwIfAborted();
    const limit = Math.min(maxTokens ?? MAX_TOKENS, MAX_TOKENS);
    const { history, prompt, tokens } = fitMessages(messages, contextSize - limit - RESERVED_TOKENS, model);
    const session = new LlamaChatSession({ contextSequence: sequence });
    let outputTokens = 0;
    try {
      // Also keeps out the system prompt that the session would begin with.
      session.setChatHistory(history.map(historyItem));
      const result = await session.promptWithMeta(prompt, {
        maxTokens: limit,
        // Anything but the likeliest word makes a model of this size wrong more often.
        temperature: 0,
        repeatPenalty: false,
        signal,
        onToken: (generated) => {
          outputTokens += generated.length;
          generatedTokens += generated.length;
        },
        ...(onText && { onTextChunk: onText }),
      });
      return {
        text: result.responseText,
        truncated: result.stopReason === 'maxTokens',
        inputTokens: tokens,
        outputTokens,
      };
    } finally {
      session.dispose({ disposeSequence: false });
    }
  }

  return {
    contextSize,
    countTokens,
    get pending() {
      return pending;
    },
    get generatedTokens() {
      return generatedTokens;
    },
    async complete(request) {
      pending++;
      const answered = turn.then(() => answer(request));
      turn = answered.catch(() => {}); // the caller gets the error; the next in the queue must not
      try {
        return await answered;
      } finally {
        pending--;
      }
    },
  };
}

function historyItem({ role, text }: ChatMessage): ChatHistoryItem {
  return role === 'user' ? { type: 'user', text } : { type: 'model', response: [text] };
}
