import { MoleculeError } from '@molecule/adapters';
import { DatabaseTroubleError } from '../storage/database-trouble-error.js';
import type { StorageErrorCode } from '../storage/storage-error.js';

/** What node-postgres throws for an error that the server has sent. */
interface ServerError extends Error {
  /** SQLSTATE: five characters, of which the first two name the class. */
  readonly code: string;
  readonly severity: string;
}

/** Classes of errors that end by themselves, mostly within seconds: connections, operator's actions such as a restart, crashes. */
const PASSING = new Set(['08', '57', '58']);
/** The same as single codes: another transaction (deadlock, serialization, lock), connections, a standby that becomes primary, an idle transaction. */
const PASSING_CODES = new Set(['40001', '40P01', '55P03', '53300', '25006', '25P03']);
/** Errors that last until an operator acts: no memory, a damaged file, a role or a database or a table that is gone. */
const LASTING = new Set(['53', 'XX', '28', '3D']);
const LASTING_CODES = new Set(['42501', '42P01']);
const DISK_FULL = '53100';

/** Codes of the operating system for connections that may work later. */
const CONNECTION = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
]);
/** The same in the words of node-postgres. Its other errors, such as those of TLS, need an operator. */
const CONNECTION_TEXT =
  /^(?:Connection terminated|timeout |Query read timeout|Client has encountered a connection error)/;

/** Transactions that ended because of another one. They can be run again at once. */
const CONFLICTS = new Set(['40001', '40P01']);

/** The error as trouble of the storage, if that is its cause; else the error itself. */
export function withTrouble(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseTroubleError || MoleculeError.is(error)) return error;
  if (!isServerError(error)) {
    return isProgramError(error) ? error : trouble(error, 'STORAGE_UNAVAILABLE', isConnectionError(error));
  }
  const { code } = error;
  const group = code.slice(0, 2);
  if (code === DISK_FULL) return trouble(error, 'STORAGE_FULL', false);
  if (PASSING.has(group) || PASSING_CODES.has(code)) return trouble(error, 'STORAGE_UNAVAILABLE', true);
  if (LASTING.has(group) || LASTING_CODES.has(code)) return trouble(error, 'STORAGE_UNAVAILABLE', false);
  return error;
}

/** True: the transaction has taken no effect because of another one, and can be run again at once. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseTroubleError && isServerError(error.cause) && CONFLICTS.has(error.cause.code);
}

/** True: the server refused a statement, and the connection can still be used. After any other error, what it has done is not known. */
export function isRefusal(error: unknown): boolean {
  return isServerError(error) && error.severity === 'ERROR';
}

/** Everything else that node-postgres throws says that there is no connection. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && typeof (error as Partial<ServerError>).code === 'string';
}

/** Wrong use of the client, before anything was sent. */
function isProgramError(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

function isConnectionError(error: Error): boolean {
  return ('code' in error && CONNECTION.has(String(error.code))) || CONNECTION_TEXT.test(error.message);
}

function trouble(cause: Error, code: StorageErrorCode, locked: boolean): DatabaseTroubleError {
  const detail = 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return new DatabaseTroubleError(`${cause.message}${detail}`, { code, locked, cause });
}
