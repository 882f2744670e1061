import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { FILE_URLS_EXTENSION } from '../../a2a/caller-files.js';
import { RequestFiles } from './request-files.js';

/** The header with the extensions that a caller activates: in A2A 1.0, and in 0.3. */
const HEADERS = ['a2a-extensions', 'x-a2a-extensions'];

/** A response of Express; one without its fields has no files. */
type MaybeExpress = ServerResponse & { readonly locals?: { readonly files?: RequestFiles } };

/** Settles how the caller receives files, and says in the answer that the extension is active. */
export const negotiateFiles: RequestHandler = (request, response, next) => {
  const named = HEADERS.find((header) => listIn(request, header).includes(FILE_URLS_EXTENSION));
  if (named !== undefined)
    response.setHeader(named === 'a2a-extensions' ? 'A2A-Extensions' : 'X-A2A-Extensions', FILE_URLS_EXTENSION);
  response.locals['files'] = new RequestFiles(named !== undefined);
  next();
};

/** The files of a request and its answer. */
export function filesOf(response: MaybeExpress): RequestFiles {
  return response.locals?.files ?? new RequestFiles(false);
}

function listIn(request: Request, header: string): readonly string[] {
  return (request.header(header) ?? '').split(',').map((name) => name.trim());
}
