/** Anything that survives `JSON.stringify` and back. Checkpoints, tool inputs and metadata are made of it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
