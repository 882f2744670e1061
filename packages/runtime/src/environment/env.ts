/** A process environment. It is handed in by the entry point; nothing below it reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;
