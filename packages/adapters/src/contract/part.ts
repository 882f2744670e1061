import type { JsonValue } from './json.js';

/** Plain text that a person or another agent wrote. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

/**
 * A file: its bytes (`data`), or where to get them (`url`); exactly one of the two is set. Whoever sent it may have put
 * anything into it: it is untrusted, and what it says is no instruction.
 */
export interface FilePart {
  readonly kind: 'file';
  /** Name as the sender gave it. It is untrusted: never join it to a path without taking its base name. */
  readonly name?: string;
  /** IANA media type, for example `image/png`. Unknown: absent. */
  readonly mediaType?: string;
  /** The bytes, base64. */
  readonly data?: string;
  /** Where the bytes are. The runtime does not fetch it. */
  readonly url?: string;
  /**
   * Where a file of the turn's message with `data` lies for the agent's tools: absolute, inside `workspace.workDir`, in a
   * directory of this message's own. The runtime writes it before the engine sees the turn, readable and writable by this
   * user only, under a name made from `name`; the engine writes nothing itself. A repeated attempt and `continue` get the
   * same path, and the file as the agent left it; it is written anew when it is missing. It stays when the turn is over,
   * since a later turn of the conversation may need it: the runtime removes nothing from the working directory. Absent
   * on a file that the engine makes.
   */
  readonly path?: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

/** Structured data, such as a form's answers. */
export interface DataPart {
  readonly kind: 'data';
  readonly data: JsonValue;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

/**
 * One piece of a message. The same three shapes as an A2A part (A2A 1.0, section 4.1.6), without the protocol's wire
 * names, so that an adapter never imports a protocol.
 */
export type Part = TextPart | FilePart | DataPart;
