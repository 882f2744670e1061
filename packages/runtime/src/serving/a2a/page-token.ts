import { malformed } from '../../tasks/a2a-errors.js';
import type { ListCursor } from '../../tasks/log/task-list.js';

/** The end of a page, as its reader sends it back for the next one. */
export function writePageToken({ statusAt, taskId }: ListCursor): string {
  return Buffer.from(JSON.stringify([statusAt, taskId])).toString('base64url');
}

/**
 * @param parameter its name, for the error
 * @throws {RequestMalformedError} with code `PARAMETER_INVALID`
 */
export function readPageToken(parameter: string, token: string): ListCursor {
  try {
    const [statusAt, taskId] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, unknown];
    if (typeof statusAt === 'number' && typeof taskId === 'string') return { statusAt, taskId };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw malformed('PARAMETER_INVALID', `${parameter} was not issued by this server.`);
}
