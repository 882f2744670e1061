import type { ConversationEntry, JsonRecord } from './conversation.js';
import type { ScriptedToolCall, ScriptStep } from './script-step.js';

/** What the model says in one turn, before it takes the shape of a wire format. */
export interface Reply {
  /** Number of the request, for ids that a person can follow through a log. */
  readonly number: number;
  /** The model's name as the client asked for it. */
  readonly model: string;
  readonly text: string;
  readonly think: string;
  readonly toolCalls: readonly ScriptedToolCall[];
  readonly stop?: string;
  readonly usage: { readonly input: number; readonly output: number };
  /** The request's body: some formats stream more when it asks for it. */
  readonly body: JsonRecord;
}

/** One server-sent event. */
export interface Frame {
  readonly event?: string;
  readonly data: string;
  /** True when it carries a piece of the answer: `chunkMs` and `cut` count these only. */
  readonly chunk: boolean;
}

/** How one provider's API looks. Pure: the server does all writing and waiting. */
export interface WireFormat {
  readConversation(body: JsonRecord): readonly ConversationEntry[];
  /** The body of an answer that is not streamed. */
  complete(reply: Reply): unknown;
  stream(reply: Reply): Iterable<Frame>;
  /** The body of an HTTP error. */
  error(status: number, message: string, type?: string): unknown;
}

/** Makes the reply that a step asks for. Tokens are rough: four characters in, one word out. */
export function buildReply(step: ScriptStep, number: number, body: JsonRecord, bodyLength: number): Reply {
  const text = step.text ?? '';
  const toolCalls = step.tools ?? (step.tool === undefined ? [] : [{ tool: step.tool, input: step.input ?? {} }]);
  return {
    number,
    model: typeof body['model'] === 'string' ? body['model'] : 'scripted',
    text,
    think: step.think ?? '',
    toolCalls,
    ...(step.stop === undefined ? {} : { stop: step.stop }),
    usage: { input: Math.ceil(bodyLength / 4), output: words(text).length + toolCalls.length * 10 },
    body,
  };
}

/** Cuts a text into words, each with the white space that follows it. */
export function words(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

/** Cuts a text in two, as real providers stream a tool's input. */
export function halves(text: string): readonly [string, string] {
  const middle = text.length >> 1;
  return [text.slice(0, middle), text.slice(middle)];
}
