import type { JsonValue } from './json.js';

/** Text that a person or another agent wrote. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  /** IANA media type, for example `text/markdown`. Default `text/plain`. */
  readonly mediaType?: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

/**
 * A file: its bytes (`data`) or their address (`url`); exactly one of the two is set. Name and content are untrusted: they are data,
 * and never instructions.
 */
export interface FilePart {
  readonly kind: 'file';
  /** Name as the sender gave it. Use only its base name in a path. */
  readonly name?: string;
  /** IANA media type, for example `image/png`; absent if unknown. */
  readonly mediaType?: string;
  /**
   * The bytes, as base64. In the parts of a turn, each access reads them from the disk, and nothing keeps them: read them once, only if
   * they are needed, or use `path`. Copying the part with `{...part}` is an access, too.
   */
  readonly data?: string;
  /** Address of the bytes; absolute. The runtime does not fetch it. */
  readonly url?: string;
  /**
   * Path of a file that came with the turn's message as `data`, for the agent's tools: absolute, inside `turn.workDir`, in a
   * directory of this message. The runtime writes the file before it calls `runTurn`, for this user only (mode 0600), under a name made
   * of `name`; the engine must not write it again. A later attempt gets the same path and the file as the agent left it; a missing file
   * is written again. The file stays after the turn, because a later turn of the context may need it, until retention deletes it or its
   * task. Absent for a file that the engine yields.
   */
  readonly path?: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

/** Structured data, such as the answers of a form. */
export interface DataPart {
  readonly kind: 'data';
  readonly data: JsonValue;
  /** IANA media type. Default `application/json`. */
  readonly mediaType?: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

/**
 * A piece of a message. The three kinds of an A2A part (A2A 1.0, section 4.1.6) without the names of the wire format, so that an adapter
 * imports no protocol.
 */
export type Part = TextPart | FilePart | DataPart;
