import type { ServerResponse } from 'node:http';
import { RequestFiles } from './request-files.js';

/** A response of Express; one without its fields has no files. */
type MaybeExpress = ServerResponse & { readonly locals?: { readonly files?: RequestFiles } };

/** The files of a request and its answer. */
export function filesOf(response: MaybeExpress): RequestFiles {
  return response.locals?.files ?? new RequestFiles(false);
}
