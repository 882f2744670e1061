/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** The JSON of one event of a stream, with the event's number in the task log. */
export interface NumberedJson {
  readonly seq: number;
  readonly data: Json;
}

export type NumberedStream = AsyncGenerator<NumberedJson, void, undefined>;

/** The same with the JSON as text. */
export type WrittenStream = AsyncGenerator<{ readonly seq: number; readonly json: string }, void, undefined>;
