import type { ServerResponse } from 'node:http';
import type { FileToWrite } from '../../a2a/caller-files.js';
import type { AnswerPiece } from './request-files.js';

/** Base64 of a piece that is a multiple of 9 bytes has no padding, also when it is encoded again. */
const ENCODED_BYTES = 9 * 16 * 1024;

/** The number of bytes that the pieces have when they are written. */
export function lengthOf(pieces: readonly AnswerPiece[]): number {
  return pieces.reduce(
    (sum, piece) => sum + (typeof piece === 'string' ? Buffer.byteLength(piece) : encodedLength(piece)),
    0,
  );
}

function encodedLength({ file, encodedTwice }: Exclude<AnswerPiece, string>): number {
  const once = base64Length(file.bytes);
  return encodedTwice ? base64Length(once) : once;
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/**
 * Writes pieces of an answer, as fast as its client reads them. Files are read and encoded piece by piece. If one cannot be read, the
 * connection is closed: its client must not take what it has received for the whole.
 */
export async function writePieces(response: ServerResponse, pieces: readonly AnswerPiece[]): Promise<void> {
  try {
    for (const piece of pieces) {
      if (typeof piece === 'string') await write(response, piece);
      else for await (const text of encoded(piece)) await write(response, text);
      if (response.destroyed) return;
    }
  } catch (error) {
    response.destroy(error as Error);
  }
}

async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

async function* encoded({ file, encodedTwice }: Exclude<AnswerPiece, string>): AsyncGenerator<string> {
  for await (const piece of wholePieces(file)) {
    const base64 = piece.toString('base64');
    yield encodedTwice ? Buffer.from(base64, 'latin1').toString('base64') : base64;
  }
}

/** The file in pieces of the same size, but for the last. */
async function* wholePieces({ read, bytes }: FileToWrite): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let found = 0;
  for await (const chunk of read()) {
    found += chunk.byteLength;
    rest =
      rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk]);
    for (; rest.length >= ENCODED_BYTES; rest = rest.subarray(ENCODED_BYTES)) yield rest.subarray(0, ENCODED_BYTES);
  }
  if (found !== bytes) throw new RangeError(`A file of an answer has ${found} bytes; ${bytes} were announced.`);
  if (rest.length > 0) yield rest;
}
