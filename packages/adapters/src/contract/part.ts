import type { JsonValue } from './json.js';

/** Plain text that a person or another agent wrote. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

/** A file: its bytes (`data`), or where to get them (`url`); exactly one of the two is set. */
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
