import { isObject } from '../../support/is-object.js';

/** How far a reader of changes has come. It is the `id` of each event, and comes back as `Last-Event-ID`. */
export interface StreamCursor {
  /** The process that has numbered the changes. */
  readonly hub: string;
  /** The number of the last change that the reader has. */
  readonly change: number;
  /** The task whose events are in the stream, and the number of the last one. */
  readonly task?: string | undefined;
  readonly seq?: number | undefined;
}

export function writeCursor(cursor: StreamCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @returns undefined for a text that is none */
export function readCursor(text: string | undefined): StreamCursor | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return isCursor(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isCursor(value: unknown): value is StreamCursor {
  if (!isObject(value)) return false;
  const { hub, change, task, seq } = value;
  const hasTask = typeof task === 'string' && Number.isSafeInteger(seq);
  return (
    typeof hub === 'string' && Number.isSafeInteger(change) && (hasTask || (task === undefined && seq === undefined))
  );
}
