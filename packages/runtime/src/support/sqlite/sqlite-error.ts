/** SQLite's primary result codes, at their numbers: https://www.sqlite.org/rescode.html#primary_result_code_list */
const NAMES = [
  'OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL',
  'EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB NOTICE WARNING',
]
  .join(' ')
  .split(' ');

/** An error of SQLite itself. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
  /** `SQLITE_` and the name of the primary result code, such as `SQLITE_BUSY` or `SQLITE_FULL`. */
  readonly code: string;
  /** SQLite's extended result code; its lowest eight bits are the primary one. */
  readonly resultCode: number;

  constructor(message: string, resultCode: number, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.resultCode = resultCode;
    this.code = `SQLITE_${NAMES[resultCode & 0xff] ?? 'ERROR'}`;
  }
}

/** Runs `work`. An error of SQLite becomes a {@link SqliteError}; any other error is thrown unchanged. */
export function namingErrors<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') throw error;
    throw new SqliteError(error.message, error.errcode, { cause: error });
  }
}
