import { type ChatHistoryItem, getLlama, LlamaChatSession, LlamaLogLevel } from 'node-llama-cpp';
import { AnswerShape, MOST_TOKENS } from './answer-shape.js';
import type { ChatMessage, Completion, CompletionRequest, LanguageModel } from './chat.js';
import { fitMessages } from './fit-messages.js';

/** Tokens of the conversation and its answer. Reading more than this takes one thread too long for a first impression. */
const CONTEXT_SIZE = 2_048;
const LIMIT = MOST_TOKENS + 16;
/** Of the words of the last sentence or two; more makes it avoid words that it needs. */
const REPEAT_PENALTY = { lastTokens: 64, penalty: 1.1 };
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
    // A little more than the most, so that its own bound is met by the shape, and not by the limit.
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
      // Also keeps out the system prompt that the session would begin with.
      session.setChatHistory(history.map(historyItem));
      const result = await session.promptWithMeta(prompt, {
        maxTokens: limit,
        // Anything but the likeliest word makes a model of this size wrong more often; but it must not repeat itself.
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
      // Its own bound is no limit that the answer was cut by: the answer ends with a sentence, or says that it goes on.
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
