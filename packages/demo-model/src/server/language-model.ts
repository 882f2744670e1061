import { type ChatHistoryItem, getLlama, LlamaChatSession, LlamaLogLevel } from 'node-llama-cpp';
import { AnswerShape, MOST_TOKENS } from './answer-shape.js';
import type { ChatMessage, Completion, CompletionRequest, LanguageModel } from './chat.js';
import { fitMessages } from './fit-messages.js';

/** The limit of the conversation and its answer in tokens. Reading more would take one thread too long. */
const CONTEXT_SIZE = 2_048;
const LIMIT = MOST_TOKENS + 16;
/** The tokens to which the repetition penalty applies, about two sentences. With more, the model avoids words that it needs. */
const REPEAT_PENALTY = { lastTokens: 64, penalty: 1.1 };
/** Tokens reserved for the chat format. */
const RESERVED_TOKENS = 64;

/** Loads the model. Never compiles or downloads anything; throws if no built library for this machine is installed. */
export async function loadLanguageModel(modelPath: string): Promise<LanguageModel> {
  // One thread, because several threads wait for each other by spinning, which on a busy machine took 24 s to the first token.
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
    // A little above the answer's own limit, so that the answer shape ends it before the token limit does.
    const limit = Math.min(maxTokens ?? LIMIT, LIMIT);
    const { history, prompt, tokens } = fitMessages(messages, contextSize - limit - RESERVED_TOKENS, model);
    const session = new LlamaChatSession({ contextSequence: sequence });
    const shape = new AnswerShape();
    const enough = new AbortController();
    let outputTokens = 0;
    let text = '';
    const say = (piece: string): void => {
      text += piece;
      onText?.(piece);
    };
    try {
      // Also removes the session's default system prompt.
      session.setChatHistory(history.map(historyItem));
      const result = await session.promptWithMeta(prompt, {
        maxTokens: limit,
        // The likeliest token only, since sampling makes a model of this size wrong more often; the penalty prevents loops.
        temperature: 0,
        repeatPenalty: REPEAT_PENALTY,
        signal: AbortSignal.any([signal, enough.signal]),
        stopOnAbortSignal: true,
        onToken: (generated) => {
          outputTokens += generated.length;
          generatedTokens += generated.length;
        },
        onTextChunk: (chunk) => {
          say(shape.push(chunk, outputTokens));
          if (shape.isOver) enough.abort();
        },
      });
      signal.throwIfAborted();
      const truncated = result.stopReason === 'maxTokens' && !shape.isOver;
      say(shape.end());
      // The answer shape's own limit does not count as truncation: the answer ends with a sentence or with a mark.
      return { text, truncated, inputTokens: tokens, outputTokens };
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
      turn = answered.catch(() => {}); // The caller gets the error; the next request in the queue must not.
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
