import type { RequestHandler, Response } from 'express';
import { FILE_URLS_EXTENSION } from '../../a2a/caller-files.js';
import type { Extensions, NegotiatedExtensions } from '../../a2a/card/extensions.js';
import { RequestFiles } from '../files/request-files.js';

/** The header with the extensions that a caller wants: in A2A 1.0, and in 0.3. The answer has the same one. */
const HEADERS = { current: 'A2A-Extensions', legacy: 'X-A2A-Extensions' } as const;

interface Locals {
  readonly extensions?: NegotiatedExtensions;
}

/** Settles which extensions are active for a request, and says so in the answer (A2A 1.0, sections 3.2.6 and 4.6). */
export function negotiateExtensions(extensions: Extensions): RequestHandler {
  return (request, response, next) => {
    const current = request.header(HEADERS.current);
    const negotiated = extensions.negotiate(current ?? request.header(HEADERS.legacy));
    const { active } = negotiated;
    if (active.length > 0) {
      response.setHeader(current === undefined ? HEADERS.legacy : HEADERS.current, active.join(', '));
    }
    response.locals['extensions'] = negotiated;
    response.locals['files'] = new RequestFiles(active.includes(FILE_URLS_EXTENSION));
    next();
  };
}

/** What was settled for the request. @throws {TypeError} if nothing was, because {@link negotiateExtensions} did not run before */
export function extensionsOf(response: Response): NegotiatedExtensions {
  const { extensions } = response.locals as Locals;
  if (extensions === undefined) throw new TypeError('The extensions of the request were not negotiated.');
  return extensions;
}
