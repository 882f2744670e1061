import type { ConversationEntry, JsonRecord } from './conversation.js';
import type { ScriptedToolCall, ScriptedUsage, ScriptStep } from './script-step.js';

/** What the model answers, independent of the wire format. */
export interface Reply {
  /** Number of the request; ids are made of it. */
  readonly number: number;
  /** The model's name in the request. */
  readonly model: string;
  readonly text: string;
  readonly think: string;
  readonly toolCalls: readonly ScriptedToolCall[];
  readonly stop?: string;
  /** The text as it is streamed. */
  readonly pieces: readonly string[];
  readonly refusal: string;
  readonly thinkField: 'reasoning_content' | 'reasoning';
  readonly role: 'first' | 'late' | 'empty' | 'never';
  readonly end: 'complete' | 'no-mark' | 'no-reason' | 'no-last-mark';
  readonly streamError?: JsonRecord;
  readonly usage: ScriptedUsage & { readonly input: number; readonly output: number };
  /** Body of the request, which can ask for more frames. */
  readonly body: JsonRecord;
}

/** One server-sent event. */
export interface Frame {
  readonly event?: string;
  readonly data: string;
  /** True if it holds a piece of the answer; `chunkMs` and `cut` count only these. */
  readonly chunk: boolean;
}

/** Why a provider's API refuses a conversation. */
export interface Refusal {
  readonly message: string;
  /** OpenAI's `code`, for example `context_length_exceeded`. */
  readonly code?: string;
}

/** The form of one provider's API, without side effects: `sendReply` writes and waits. */
export interface WireFormat {
  readConversation(body: JsonRecord): readonly ConversationEntry[];
  /** The body of an answer that is not streamed. */
  complete(reply: Reply): unknown;
  stream(reply: Reply): Iterable<Frame>;
  /** The body of an HTTP error. */
  error(status: number, message: string, type?: string, code?: string): unknown;
  /** Why the real API would refuse a request; `undefined` if it would accept it, as far as known here. */
  refuse?(body: JsonRecord): Refusal | undefined;
}

/** Makes the reply of a step. Tokens are counted roughly: four characters of input, one word of output. */
export function buildReply(step: ScriptStep, number: number, body: JsonRecord, bodyLength: number): Reply {
  const text = step.pieces?.join('') ?? step.text ?? '';
  const toolCalls = step.tools ?? (step.tool === undefined ? [] : [{ tool: step.tool, input: step.input ?? {} }]);
  return {
    number,
    model: typeof body['model'] === 'string' ? body['model'] : 'scripted',
    text,
    think: step.think ?? '',
    toolCalls,
    ...(step.stop === undefined ? {} : { stop: step.stop }),
    pieces: step.pieces ?? words(text),
    refusal: step.refusal ?? '',
    thinkField: step.thinkField ?? 'reasoning_content',
    role: step.role ?? 'first',
    end: step.end ?? 'complete',
    ...(step.streamError === undefined ? {} : { streamError: step.streamError }),
    usage: { input: Math.ceil(bodyLength / 4), output: words(text).length + toolCalls.length * 10, ...step.usage },
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

/** The arguments of a call as they are sent. */
export function argumentsOf(call: ScriptedToolCall): string {
  return call.raw ?? JSON.stringify(call.input ?? {});
}

/** True if the answer has a stop reason. */
export function tellsReason(reply: Reply): boolean {
  return reply.end === 'complete' || reply.end === 'no-last-mark';
}
