import type { TurnSteps } from '../contract/steps.js';
import { insteadOfAnswer, type ModelFinishReason } from './answer-end.js';
import { modelError } from './model-error.js';
import { type TokenPrices, usageEvent } from './model-usage.js';
import { type ModelUsage, recordable, restored, type StreamPart, speaks, withOwnId } from './stream-part.js';
import { ToldStream } from './told-stream.js';
import { throwKeptFailure } from './tool-failures.js';

/** How the calls of a model are recorded. */
export interface ModelStepOptions {
  /** Of the steps. Default `model`. */
  readonly name?: string;
  /** Whether the client gets the text of streams. Default true; false for text that is data, or that is no part of the answer. */
  readonly tellsText?: boolean;
  /** For the cost of a call. Default: the cost that the provider gives, if it gives one. */
  readonly prices?: TokenPrices | undefined;
}

/** `LanguageModelMiddleware` of the AI SDK. */
export interface ModelMiddleware {
  wrapStream<Result extends ModelStream>(call: StreamCall<Result>): Promise<Result>;
  wrapGenerate<Result extends ModelAnswer>(call: GenerateCall<Result>): Promise<Result>;
}

interface Call {
  readonly params: { readonly prompt: readonly { readonly content: unknown }[] };
}

interface StreamCall<Result> extends Call {
  doStream(): PromiseLike<Result>;
}

interface GenerateCall<Result> extends Call {
  doGenerate(): PromiseLike<Result>;
}

/** `LanguageModelV4StreamResult`. */
interface ModelStream {
  // biome-ignore lint/suspicious/noExplicitAny: the parts are those of the AI SDK.
  readonly stream: ReadableStream<any>;
}

/** `LanguageModelV4GenerateResult`. */
interface ModelAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: the parts are those of the AI SDK.
  readonly content: any[];
  readonly usage: ModelUsage;
  readonly finishReason: ModelFinishReason;
  readonly response?: { readonly modelId?: string; readonly timestamp?: Date };
}

/**
 * A middleware for the models of the AI SDK (7 or later), with which each call is a step: a call that was recorded is answered from the task log,
 * without a request. What a model streams (`streamText`) reaches the client as it comes: text, reasoning, files, the usage, and sources as
 * an artifact. So the agent yields none of it. Of a call without a stream (`generateText`), the client gets only the usage.
 *
 * ```ts
 * const model = wrapLanguageModel({ model: openai('gpt-5'), middleware: modelSteps(controls) });
 * const { finishReason } = streamText({ model, messages, maxRetries: 0, abortSignal: controls.signal });
 * ```
 *
 * A call that fails throws an `EngineError` by what the provider says. With `maxRetries: 0` the runtime tries again, and repeats nothing that was
 * recorded.
 */
export function modelSteps(controls: Pick<TurnSteps, 'step'>, options: ModelStepOptions = {}): ModelMiddleware {
  const { name = 'model', tellsText = true, prices } = options;
  let hasSpoken = false;
  return {
    async wrapStream<Result extends ModelStream>({ doStream, params }: StreamCall<Result>) {
      throwKeptFailure(controls);
      const parts = await controls.step(name, async (run) => {
        const told = new ToldStream(run, { isNext: hasSpoken, tellsText, prices });
        const taken = callsIn(params.prompt);
        return failing(async () => {
          const { stream } = await doStream();
          for await (const part of stream) await told.add(withOwnId(part as StreamPart, taken));
          return told.end();
        });
      });
      hasSpoken ||= parts.some(speaks);
      return { stream: ReadableStream.from(parts.map(restored)) } as unknown as Result;
    },
    async wrapGenerate<Result extends ModelAnswer>({ doGenerate, params }: GenerateCall<Result>) {
      throwKeptFailure(controls);
      const answer = await controls.step(name, async ({ emit }) => {
        const { request: _request, response, ...answer } = await failing<Result & { request?: unknown }>(doGenerate);
        const { modelId, timestamp } = response ?? {};
        await emit(usageEvent(answer.usage, modelId, prices));
        insteadOfAnswer(answer.content, answer.finishReason);
        const taken = callsIn(params.prompt);
        const content = answer.content.map((part) => recordable(withOwnId(part, taken)));
        return { ...answer, content, response: { modelId, timestamp } };
      });
      const timestamp = answer.response.timestamp && new Date(answer.response.timestamp);
      const content = answer.content.map(restored);
      return { ...answer, content, response: { ...answer.response, timestamp } } as unknown as Result;
    },
  };
}

/** The ids of the tool calls of a conversation. */
function callsIn(prompt: readonly { readonly content: unknown }[]): Set<string> {
  const parts = prompt.flatMap(({ content }) => (Array.isArray(content) ? (content as readonly StreamPart[]) : []));
  return new Set(parts.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : [])));
}

async function failing<Result>(call: () => PromiseLike<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw modelError(error);
  }
}
