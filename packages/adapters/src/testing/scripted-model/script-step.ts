/** A tool that the scripted model calls. */
export interface ScriptedToolCall {
  readonly tool: string;
  /** Default `{}`. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** The text of the arguments as it is sent, for one that is not JSON or was cut. It wins over `input`. */
  readonly raw?: string;
  /**
   * The call's id. Default: one that no other call has; `null`: the field is left out. Some providers number the calls of
   * each answer anew.
   */
  readonly id?: string | null;
}

/** Tokens that an answer tells; what is absent is counted roughly, or left out. */
export interface ScriptedUsage {
  /** All that was read, cached tokens included. */
  readonly input?: number;
  readonly output?: number;
  /** Of `input`: read from the cache. */
  readonly cached?: number;
  /** Of `input`: written to the cache (Anthropic only). */
  readonly cacheWrite?: number;
  /** Of `output`: thoughts (OpenAI only). */
  readonly reasoning?: number;
}

/** What the scripted model does in one of its turns. */
export interface ScriptStep {
  /** The answer. `$TOOL` stands for the text of the last tool result, `$TURNS` for the number of user messages seen. */
  readonly text?: string;
  /** Thoughts before the answer (a thinking block, or `reasoning_content`). */
  readonly think?: string;
  /** Name of the one tool to call. */
  readonly tool?: string;
  /** Input of `tool`. Default `{}`. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Several tools to call at once; it wins over `tool`. */
  readonly tools?: readonly ScriptedToolCall[];
  /** Milliseconds before the first byte. */
  readonly delayMs?: number;
  /** Milliseconds after each chunk of a streamed answer. A chunk is a word of text or half of a tool's input. */
  readonly chunkMs?: number;
  /** Answer with this HTTP status instead. */
  readonly status?: number;
  /**
   * How many times the failure (`status`, `page`, `frames`, `streamError`, `end`, `cut`, `hang`) is played before the step
   * is played as if it had none. Default: always.
   */
  readonly times?: number;
  /** Seconds for the `Retry-After` header that goes with `status`. */
  readonly retryAfter?: number;
  /** Message of the error that goes with `status`. */
  readonly errorText?: string;
  /** Type of the error that goes with `status`. Default: what the provider uses for that status. */
  readonly errorType?: string;
  /** Never answer. */
  readonly hang?: boolean;
  /** Destroy the socket after so many chunks; an answer that is not streamed is not sent at all. */
  readonly cut?: number;
  /** Stop reason, in the words of the wire format. Default: its words for "done" or "calls tools". */
  readonly stop?: string;
  /** The text in these pieces, one chunk each, instead of word by word; it wins over `text`. */
  readonly pieces?: readonly string[];
  /** Text of OpenAI's field `refusal`; in Anthropic's format it is text with the stop reason `refusal`. */
  readonly refusal?: string;
  /** Where `think` stands in OpenAI's format. Default `reasoning_content`; `reasoning` is OpenRouter's and newer vLLM's. */
  readonly thinkField?: 'reasoning_content' | 'reasoning';
  /**
   * Where OpenAI's stream names the role: in its first chunk, only in the last one (`late`), as an empty text in each
   * (`empty`), or nowhere. Default `first`.
   */
  readonly role?: 'first' | 'late' | 'empty' | 'never';
  /**
   * How the answer ends: as it should; in a close with nothing before it (`no-mark`: neither a stop reason nor `[DONE]` or
   * `message_stop`); with the last mark but no stop reason (`no-reason`); or with a stop reason but no last mark
   * (`no-last-mark`). Default `complete`. In an answer that is not streamed all but the last leave out the stop reason.
   */
  readonly end?: 'complete' | 'no-mark' | 'no-reason' | 'no-last-mark';
  /**
   * The stream ends with this frame after the answer's chunks: an object is sent as JSON (in Anthropic's format under the
   * event that its `type` names). An answer that is not streamed is this object, with status 200.
   */
  readonly streamError?: Readonly<Record<string, unknown>>;
  /** The whole stream: objects are sent as JSON, strings word by word as they are, with an empty line after each. */
  readonly frames?: readonly (string | Readonly<Record<string, unknown>>)[];
  /** This body with status 200, whatever was asked for: the page of a proxy, say. */
  readonly page?: { readonly body: string; readonly contentType?: string };
  readonly usage?: ScriptedUsage;
}
