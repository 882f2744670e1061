const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];
const COMMA = 0x2c;

/** The size of a JSON text besides its bytes. */
export interface JsonSize {
  /** How deep its arrays and objects nest. */
  readonly depth: number;
  /** How many values it has, about: members of arrays and objects. */
  readonly values: number;
}

/**
 * Measures JSON before it is parsed: parsing ten megabytes of small values takes seconds, in which nobody else is answered, and
 * every later step takes as long again. Stops when a bound is passed. Text that is no JSON is measured somehow; the parser
 * refuses it.
 */
export function measureJson(bytes: Uint8Array, bounds: JsonSize): JsonSize {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === QUOTE) index = endOfString(bytes, index);
    else if (byte === COMMA) values++;
    else if (byte === OPEN[0] || byte === OPEN[1]) {
      depth++;
      // The first member; the others come after commas.
      const next = bytes[index + 1];
      if (next !== CLOSE[0] && next !== CLOSE[1]) values++;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE[0] || byte === CLOSE[1]) depth--;
    if (values > bounds.values || deepest > bounds.depth) break;
  }
  return { depth: deepest, values };
}

/** Where the string that begins at `start` ends; the end of the text when it does not. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let index = start + 1; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === BACKSLASH) index++;
    else if (byte === QUOTE) return index;
  }
  return bytes.length;
}
