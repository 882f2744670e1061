/**
 * The bytes of files on REST of protocol 0.3.
 *
 * Its messages are protocol buffers in JSON, where `fileWithBytes` is the base64 of bytes. The SDKs of Python, Go and Java put
 * base64 *text* into those bytes, so their files are encoded twice; the SDK of JavaScript encodes once. Both are read, and each
 * client is answered in its own encoding.
 */

/** Default user agents of the SDKs that encode twice: httpx, aiohttp, the clients of Go and Java. */
const ENCODES_TWICE =
  /^(?:python-httpx|python-requests|Python|aiohttp|Go-http-client|a2a-go|Java|Apache-HttpClient|okhttp|Vert\.x)\b/i;
/** Media types of files that are text, as base64 is. */
const TEXT_TYPE = /^(?:text\/|application\/(?:json|xml|yaml|javascript|x-pem-file)\b)/i;
const CONTROL = /(?![\t\n\f\r])\p{Cc}/u;

/** True if the user agent is of a client that encodes twice. */
export function isKnownToEncodeTwice(userAgent: string | undefined): boolean {
  return ENCODES_TWICE.test(userAgent ?? '');
}

/**
 * False if the user agent is of a client that refuses a message with the name of a file: Java's messages do not have that field, which
 * the protocol got late.
 */
export function readsFileNames(userAgent: string | undefined): boolean {
  return !/^Java\b/i.test(userAgent ?? '');
}

export interface DecodedFile {
  /** Base64 of the file. */
  readonly base64: string;
  /** True if the file was encoded twice. */
  readonly twice: boolean;
}

/**
 * The file in `fileWithBytes`. It was encoded twice if the decoded bytes are canonical base64: whole groups of four, padded,
 * only the alphabet, no unused bits. A binary file is never that by chance, but a text such as `test` may be. So if a client is
 * not known to encode twice and calls the file a text, the second decoding must result in text again.
 */
export function decodeFile(
  fileWithBytes: string,
  mediaType: string | undefined,
  knownToEncodeTwice: boolean,
): DecodedFile {
  const bytes = Buffer.from(fileWithBytes, 'base64');
  const inner = bytes.toString('latin1');
  if (!isCanonical(inner)) return { base64: bytes.toString('base64'), twice: false };
  const twice = knownToEncodeTwice || !TEXT_TYPE.test(mediaType ?? '') || isText(Buffer.from(inner, 'base64'));
  return { base64: twice ? inner : bytes.toString('base64'), twice };
}

/** The value of `fileWithBytes` for a client. */
export function encodeFile(base64: string, twice: boolean): string {
  return twice ? Buffer.from(base64, 'latin1').toString('base64') : base64;
}

function isCanonical(text: string): boolean {
  if (text.length === 0 || text.length % 4 !== 0) return false;
  return Buffer.from(text, 'base64').toString('base64') === text;
}

function isText(bytes: Buffer): boolean {
  try {
    return !CONTROL.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Bytes that are not UTF-8 are not text.
    return false;
  }
}
