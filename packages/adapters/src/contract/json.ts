/** A value that `JSON.stringify` and `JSON.parse` preserve. Checkpoints, tool inputs and metadata are made of such values. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
