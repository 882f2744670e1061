import { pipeline } from 'node:stream/promises';
import { wellFormed } from '@molecule/adapters';
import type { Request, RequestHandler, Response } from 'express';
import { extensionOf } from '../../../support/files/media-types.js';
import { insufficientScope } from '../../../tasks/a2a-errors.js';
import type { Blobs, ByteRange } from '../../../tasks/blobs/blobs.js';
import { isDigest } from '../../../tasks/blobs/stored-file.js';
import type { NamedFile } from '../../../tasks/log/blob-rows.js';
import type { TaskLog } from '../../../tasks/log/task-log.js';
import { callerOf } from '../../a2a/caller.js';
import { missingScope } from '../../access/operation-scopes.js';
import type { Principal } from '../../access/principal.js';
import { toRestRefusal } from '../../sdk/refusals.js';
import { sendProtocolError } from '../answers/protocol-error.js';
import { sendAnswer } from '../answers/send-answer.js';
import { contextOf } from '../guards/authenticate.js';
import { rangeIn } from './byte-range.js';

/** A media type that is safe as a header; a file's sender chose it. */
const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}(?:; ?charset=[\w-]{1,40})?$/;

/**
 * `GET /files/<task>/<digest>`: the bytes of a file that a task of the caller names. A task of another owner, and a digest that the
 * task does not name, have the same answer as a task that does not exist.
 *
 * @param seesAll true for a caller who gets the files of all owners. Default: no caller does
 */
export function fileRoute(
  log: TaskLog,
  blobs: Blobs,
  seesAll: (caller: Principal) => boolean = () => false,
): RequestHandler {
  return async (request, response) => {
    const caller = callerOf(contextOf(response));
    const { scopes } = caller;
    const owner = seesAll(caller) ? undefined : caller.owner;
    const missing = missingScope(scopes, 'file');
    if (missing !== undefined) return sendAnswer(request, response, toRestRefusal(insufficientScope(missing)).body);
    const { taskId, digest } = request.params as { readonly taskId: string; readonly digest: string };
    const file = isDigest(digest) ? await log.read.file(taskId, digest, owner) : undefined;
    const size = file && (await blobs.size(digest));
    if (!file) return refuse(request, response);
    if (file.released || size === undefined) return refuseDeleted(request, response);
    const etag = `"${digest}"`;
    describe(response, file, etag);
    if (isKnown(request.header('if-none-match'), etag)) {
      response.status(304).end();
      return;
    }
    const range = mayBePart(request.header('if-range'), etag) ? rangeIn(request.header('range'), size) : undefined;
    if (range === 'unsatisfiable') {
      response.status(416).setHeader('Content-Range', `bytes */${size}`);
      response.end();
      return;
    }
    await send(request, response, blobs, { digest, size, range });
  };
}

interface Sending {
  readonly digest: string;
  readonly size: number;
  readonly range: ByteRange | undefined;
}

async function send(request: Request, response: Response, blobs: Blobs, sending: Sending): Promise<void> {
  const { digest, size, range } = sending;
  if (range) response.status(206).setHeader('Content-Range', `bytes ${range.first}-${range.last}/${size}`);
  response.setHeader('Content-Length', range ? range.last - range.first + 1 : size);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    await pipeline(blobs.read(digest, range), response);
  } catch (error) {
    // Its client has gone, or the file cannot be read: then the closed connection shows that the rest is missing.
    response.destroy(error as Error);
  }
}

function describe(response: Response, { name, mediaType }: NamedFile, etag: string): void {
  response.setHeader('Content-Type', MEDIA_TYPE.test(mediaType) ? mediaType : 'application/octet-stream');
  response.setHeader('Content-Disposition', disposition(name, mediaType));
  // A browser must neither guess another type nor run what a file holds.
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', etag);
}

/** The name without its folders; with characters beyond ASCII in the encoding of RFC 8187. */
function disposition(name: string, mediaType: string): string {
  const [base = ''] = name.replaceAll('\\', '/').split('/').slice(-1);
  const safe = base.replaceAll(/\p{Cc}/gu, '_') || `file${extensionOf(mediaType)}`;
  const plain = safe.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(wellFormed(safe)).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"${plain === safe ? '' : `; filename*=UTF-8''${encoded}`}`;
}

/** True if the client has the file already (`If-None-Match`). */
function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}

/** False if the client wants a part only of another version (`If-Range`); a date names no version of a file. */
function mayBePart(header: string | undefined, etag: string): boolean {
  return header === undefined || header.trim() === etag;
}

function refuse(request: Request, response: Response): void {
  sendProtocolError(request, response, {
    status: 404,
    rpcCode: -32001,
    statusName: 'NOT_FOUND',
    code: 'FILE_NOT_FOUND',
    message: 'There is no such file: no task of this caller names it under this address.',
  });
}

function refuseDeleted(request: Request, response: Response): void {
  sendProtocolError(request, response, {
    status: 410,
    rpcCode: -32001,
    statusName: 'NOT_FOUND',
    code: 'FILE_DELETED',
    message: 'This file was deleted: the operator of the agent keeps files for a limited time only.',
  });
}
