/** A tool that the scripted model calls. */
export interface ScriptedToolCall {
  readonly tool: string;
  /** Default `{}`. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** The text of the arguments as it is sent, for invalid or incomplete JSON. Overrides `input`. */
  readonly raw?: string;
  /** Id of the call; `null` omits the field. Default: a unique id. Some providers use the same ids in each answer. */
  readonly id?: string | null;
}

/** Tokens that an answer reports. */
export interface ScriptedUsage {
  /** All tokens that were read, cached ones included. Default: a rough count. */
  readonly input?: number;
  /** All tokens that were written. Default: a rough count. */
  readonly output?: number;
  /** The part of `input` that was read from the cache. Default: not reported. */
  readonly cached?: number;
  /** The part of `input` that was written to the cache (Anthropic only). Default: not reported. */
  readonly cacheWrite?: number;
  /** The part of `output` that was reasoning (OpenAI only). Default: not reported. */
  readonly reasoning?: number;
}

/** What the scripted model does in one answer. */
export interface ScriptStep {
  /** The answer. `$TOOL` is replaced by the text of the last tool result, `$TURNS` by the number of user messages. */
  readonly text?: string;
  /** Reasoning before the answer (a thinking block, or `reasoning_content`). */
  readonly think?: string;
  /** Name of the one tool to call. */
  readonly tool?: string;
  /** Input of `tool`. Default `{}`. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Several tools to call at once. Overrides `tool`. */
  readonly tools?: readonly ScriptedToolCall[];
  /** Milliseconds before the first byte. */
  readonly delayMs?: number;
  /** Milliseconds after each chunk of a streamed answer. A chunk is a word of text or half of a tool's input. */
  readonly chunkMs?: number;
  /** Answer with this HTTP status instead. */
  readonly status?: number;
  /**
   * How often the failure (`status`, `page`, `frames`, `streamError`, `end`, `cut`, `hang`) is played, before the step is played without
   * it. Default: always.
   */
  readonly times?: number;
  /** `Retry-After` of an answer with `status`, in seconds. */
  readonly retryAfter?: number;
  /** Message of the error with `status`. */
  readonly errorText?: string;
  /** Type of the error with `status`. Default: the provider's type for that status. */
  readonly errorType?: string;
  /** Never answer. */
  readonly hang?: boolean;
  /** Destroy the socket after this number of chunks; an answer that is not streamed is not sent at all. */
  readonly cut?: number;
  /** Stop reason, in the words of the wire format. Default: its words for "done" or "calls tools". */
  readonly stop?: string;
  /** The text in these pieces, one chunk each, instead of word by word. Overrides `text`. */
  readonly pieces?: readonly string[];
  /** Text of OpenAI's field `refusal`; in Anthropic's format it is text with the stop reason `refusal`. */
  readonly refusal?: string;
  /** The field of `think` in OpenAI's format. Default `reasoning_content`; OpenRouter and newer vLLM use `reasoning`. */
  readonly thinkField?: 'reasoning_content' | 'reasoning';
  /**
   * Where OpenAI's stream names the role: in its first chunk, only in the last one (`late`), as an empty text in each
   * (`empty`), or nowhere. Default `first`.
   */
  readonly role?: 'first' | 'late' | 'empty' | 'never';
  /**
   * How the answer ends. Default `complete`.
   *
   * - `no-mark`: the stream closes without a stop reason and without the last mark (`[DONE]` or `message_stop`);
   * - `no-reason`: with the last mark, without a stop reason;
   * - `no-last-mark`: with a stop reason, without the last mark.
   *
   * In an answer that is not streamed, `no-mark` and `no-reason` omit the stop reason.
   */
  readonly end?: 'complete' | 'no-mark' | 'no-reason' | 'no-last-mark';
  /**
   * The last frame of the stream, after the answer's chunks, as JSON; in Anthropic's format its `type` is the name of the event. An
   * answer that is not streamed is this object, with status 200.
   */
  readonly streamError?: Readonly<Record<string, unknown>>;
  /** The whole stream: objects are sent as JSON, strings as they are, each followed by an empty line. */
  readonly frames?: readonly (string | Readonly<Record<string, unknown>>)[];
  /** A body with status 200 in place of the answer, such as the page of a proxy. */
  readonly page?: { readonly body: string; readonly contentType?: string };
  /** The usage that the answer reports. */
  readonly usage?: ScriptedUsage;
}
