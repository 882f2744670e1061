/** A process environment. The entry point passes it in; no other code reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;
