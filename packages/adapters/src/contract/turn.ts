import type { ConversationBounds, ConversationEntry } from './conversation.js';
import type { JsonObject, JsonValue } from './json.js';
import type { Part } from './part.js';

/** One message of an earlier conversation. The role is `human` or `ai`. */
export type HistoryEntry = readonly [role: string, content: string];

/** What a request says besides its message. */
export interface TurnRequest {
  /** Who sent it, as the server has identified the sender. The name of the owner, unless several callers share an owner. */
  readonly caller: string;
  /** The request's own metadata, without `history`. */
  readonly metadata: JsonObject;
  /** Ids of earlier tasks that the message refers to. They may be unknown, or belong to another owner: they are what the sender wrote. */
  readonly referenceTaskIds: readonly string[];
  /** Media types that the client takes as output, such as `text/plain` or `application/json`. Empty: any. */
  readonly acceptedOutputModes: readonly string[];
  /** URIs of the protocol extensions that the client asks for. */
  readonly extensions: readonly string[];
}

/** The fields of every turn. */
export interface TurnIdentity {
  /** The A2A task. A question and its answer are two turns of one task. */
  readonly taskId: string;
  /** The A2A context: the conversation. Engines find their session or thread by it. Turns of a context run one at a time. */
  readonly contextId: string;
  /** Whose turn it is: the owner of the caller's token; `anonymous` on a server without tokens. */
  readonly owner: string;
  /**
   * The working directory of this turn's tools, absolute, with links resolved. It exists before `runTurn` is called. Turns of different
   * owners have different ones, unless `work_dir: shared` is set; a conversation that began before a change of that setting moves.
   */
  readonly workDir: string;
  /**
   * The message that began the turn; the same in every attempt. If the engine stores it with the turn, it can tell an unfinished
   * attempt of this turn from an earlier turn that finished.
   */
  readonly messageId: string;
  /** Metadata of the message; for keys that it does not have, that of the request. */
  readonly metadata: JsonObject;
  /** What the request of the message says besides it. Absent for a message that an older runtime has accepted. */
  readonly request?: TurnRequest;
  /** 1 for the first attempt, 2 after one crash or retry, and so on. */
  readonly attempt: number;
  /**
   * What was said before in this context, in messages and answers, oldest first: an engine that stores no conversation has a memory with it. From the
   * task log, so it is also there on another machine that shares it. Absent in runtimes that do not have it, and in tests
   * without a `Workbench`.
   */
  conversation?(bounds?: ConversationBounds): Promise<readonly ConversationEntry[]>;
  /** The last state that this task saved with {@link TurnControls.checkpoint}, in any turn or attempt; absent if it saved none. */
  readonly checkpoint?: JsonValue;
}

/** What a turn and its further attempts have in common, without what its kind adds. */
export function identityOf(turn: TurnIdentity): TurnIdentity {
  const { taskId, contextId, owner, workDir, messageId, metadata, request, attempt, checkpoint, conversation } = turn;
  return {
    taskId,
    contextId,
    owner,
    workDir,
    messageId,
    metadata,
    ...(request && { request }),
    attempt,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(conversation && { conversation }),
  };
}

/** A turn for a new message. */
export interface MessageTurn extends TurnIdentity {
  readonly kind: 'message';
  /** The text parts, joined by line feeds. */
  readonly text: string;
  /** The whole message, with files and data. */
  readonly parts: readonly Part[];
  /**
   * Earlier messages that the *client* sent with this one; empty if it sent none. They are read from the first of these that holds any:
   * the message's `metadata.history`, its `history`, the request's `metadata.history`, its `history`. They do not replace the engine's
   * own memory of the context.
   */
  readonly history: readonly HistoryEntry[];
}

/** The answer to one request of an `input-required` event. */
export interface InputAnswer {
  /** Of the request. */
  readonly requestId: string;
  /** The message that answers the request. One message may answer several; if the request expired, this names none. */
  readonly messageId: string;
  /** What the answer says: of a message that answers one request, its text parts, joined by line feeds. */
  readonly text: string;
  /** `id` of the offered choice that the answer names; absent if it names none. */
  readonly choice?: string;
  /** Data of the answer, such as a filled form; absent if it has none. Not checked. */
  readonly data?: JsonValue;
  /** The whole message, with files and data. */
  readonly parts: readonly Part[];
  /** True: no answer came in time, and this is what the request said for that case. Default false. */
  readonly expired?: boolean;
}

/** A turn for the answer to an `input-required` or `auth-required` event of the same task. */
export interface AnswerTurn extends TurnIdentity {
  readonly kind: 'answer';
  /** `requestId` of the event. */
  readonly requestId: string;
  /** The text parts of the answer, joined by line feeds. */
  readonly text: string;
  /** `id` of the offered choice that the answer names; absent if it names none. */
  readonly choice?: string;
  /** Data of the answer, such as a filled form; absent if it has none. Not checked. */
  readonly data?: JsonValue;
  /** The whole answer, with files and data. */
  readonly parts: readonly Part[];
  /** True: no answer came in time, and this is what the request said for that case. Default false. */
  readonly expired?: boolean;
  /**
   * The answers to all requests of the event, in the order of the requests; the fields above are those of the first. Absent in runtimes
   * that know one request only. A request that an older runtime took for answered has no answer here: ask again.
   */
  readonly answers?: readonly InputAnswer[];
}

/**
 * A further attempt of a turn that a crash, a restart or a retry interrupted. The engine resumes from its own store or from
 * `checkpoint`. If the turn had finished there, the engine yields the finished text. If the engine stores nothing of *this* turn, it
 * throws `EngineError` `nothing-to-continue`, and the runtime calls `runTurn` with `original`.
 */
export interface ContinueTurn extends TurnIdentity {
  readonly kind: 'continue';
  /** The turn as it was in its first attempt. */
  readonly original: MessageTurn | AnswerTurn;
}

/** What an engine runs. */
export type Turn = MessageTurn | AnswerTurn | ContinueTurn;

/** Why `TurnControls.signal` was aborted: the signal's `reason`. */
export interface AbortReason {
  /**
   * - `canceled`: the task was canceled;
   * - `deadline`: the turn exceeded its time;
   * - `shutdown`: the process stops;
   * - `superseded`: another process or attempt runs the turn.
   */
  readonly code: 'canceled' | 'deadline' | 'shutdown' | 'superseded';
  readonly message: string;
}
