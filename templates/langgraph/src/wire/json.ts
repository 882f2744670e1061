export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON value of a text, or `undefined` when it is none. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** More tokens than any answer has. */
const MOST = 1e12;

/** A number of tokens; 0 for anything else. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 && value <= MOST ? Math.round(value) : 0;
}
