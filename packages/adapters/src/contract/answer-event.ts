import type { JsonObject, JsonValue } from './json.js';
import type { FilePart, Part } from './part.js';

/** The next piece of the answer's text. It becomes the artifact `answer` of the task. */
export interface TextDeltaEvent {
  readonly type: 'text-delta';
  readonly text: string;
}

/** Voids all `text-delta` events of the turn so far; the answer begins again. */
export interface ResetEvent {
  readonly type: 'reset';
  /**
   * True: the turn runs from its beginning, with its recorded steps, and says again what it has said. Text that is the same is not withdrawn,
   * and not sent again; at its first difference the answer is replaced. Default false: the answer is withdrawn at once.
   */
  readonly replays?: boolean;
}

/** A file that the engine made for the client. It becomes an artifact of the task. */
export interface FileEvent {
  readonly type: 'file';
  readonly file: FilePart;
}

/**
 * Structured data for programs. It becomes an artifact of the task. The same data yielded again adds nothing, so that a repeated attempt
 * does not give it twice.
 */
export interface DataEvent {
  readonly type: 'data';
  /** Not null. */
  readonly data: JsonValue;
  /** IANA media type. Default `application/json`. */
  readonly mediaType?: string;
  /** A JSON Schema of the data, or its URI. Clients read it as `schema` in the metadata of the part. */
  readonly schema?: string | JsonObject;
  /** For people. Default `data`. */
  readonly name?: string;
}

/**
 * An artifact of its own, for what is not the text of the answer: a report, a table, a patch. Several events of one `id` make one artifact.
 * In an attempt that begins from the original message, the first event of an `id` replaces what an earlier attempt left, whatever its
 * `append` says. An attempt that continues from a checkpoint continues the artifact.
 */
export interface ArtifactEvent {
  readonly type: 'artifact';
  /** Chosen by the engine; unique in the turn. */
  readonly id: string;
  /** For people. Default: the id. It counts in the first event of an id, and in one that replaces. */
  readonly name?: string;
  /** For people. Counts when `name` does. */
  readonly description?: string;
  /** One or more. */
  readonly parts: readonly Part[];
  /** True: the parts come after those that the artifact has. Default false: they take their place. */
  readonly append?: boolean;
  /** True: the artifact is complete, and no event of its id follows in this attempt. Default false. */
  readonly last?: boolean;
  /** For programs. Counts when `name` does. */
  readonly metadata?: JsonObject;
}

/**
 * Why the model's answer ended:
 *
 * - `stop`: it is complete;
 * - `length`: it reached a token limit;
 * - `content-filter`: the provider withheld all or part of it;
 * - `refusal`: the model refused;
 * - `tool-limit`: the agent reached its limit of tool calls or steps, and answered with what it had.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'refusal' | 'tool-limit';

/** The turn ends with an answer. */
export interface FinishEvent {
  readonly type: 'finish';
  /** The whole answer; it must begin with the joined deltas. Default: the joined deltas since the last `reset`. */
  readonly text?: string;
  /**
   * Why the answer ended; default `stop`. Clients read it as `molecule.finishReason` in the metadata of the task's last status. If the
   * model's stream broke off or failed, throw an `EngineError` instead of yielding `finish`.
   */
  readonly reason?: FinishReason;
  /** The message of the completed status, such as a closing remark: one part or more. The answer itself belongs into artifacts. */
  readonly message?: readonly Part[];
  /**
   * `message`: a client that waits for the answer of a new task without a stream gets a message instead of the task, with the parts of
   * `message`, or those of the answer if there is no `message`. The task is stored all the same. Everywhere else the protocol requires the
   * task, and nothing changes. Default `task`.
   */
  readonly reply?: 'task' | 'message';
}
