const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];
const COMMA = 0x2c;
const COLON = 0x3a;

/** The size of a JSON text, apart from its bytes. */
export interface JsonSize {
  /** The depth to which arrays and objects nest. */
  readonly depth: number;
  /** The approximate number of values: members of arrays and objects. */
  readonly values: number;
  /** How many of them are fields of objects. */
  readonly fields: number;
}

/**
 * Measures JSON before it is parsed: parsing ten megabytes of small values blocks the process for seconds, and so does every
 * later step. Stops at the first bound that is exceeded. For text that is not JSON the result has no meaning; the parser refuses it.
 */
export function measureJson(bytes: Uint8Array, bounds: JsonSize): JsonSize {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let fields = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === QUOTE) index = endOfString(bytes, index);
    else if (byte === COMMA) values++;
    else if (byte === COLON) fields++;
    else if (byte === OPEN[0] || byte === OPEN[1]) {
      depth++;
      // The first member; the others come after commas.
      const next = bytes[index + 1];
      if (next !== CLOSE[0] && next !== CLOSE[1]) values++;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE[0] || byte === CLOSE[1]) depth--;
    if (values > bounds.values || fields > bounds.fields || deepest > bounds.depth) break;
  }
  return { depth: deepest, values, fields };
}

/** The index of the quote that ends the string beginning at `start`; the end of the text if there is none. */
export function endOfString(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end >= 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let before = end - 1;
    while (bytes[before] === BACKSLASH) before--;
    // An even number of backslashes stand for themselves.
    if ((end - before) % 2 === 1) return end;
  }
  return bytes.length;
}
