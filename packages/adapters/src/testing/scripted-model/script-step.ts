/** A tool that the scripted model calls. */
export interface ScriptedToolCall {
  readonly tool: string;
  /** Default `{}`. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** The call's id. Default: one that no other call has. Some providers number the calls of each answer anew. */
  readonly id?: string;
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
  /** How many times `status` is answered before the step is played as if it had none. Default: always. */
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
}
