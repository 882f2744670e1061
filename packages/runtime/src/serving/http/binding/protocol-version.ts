import type { Request, RequestHandler } from 'express';
import { withoutPatch } from '../../a2a/protocol-versions.js';

const HEADER = 'a2a-version';
/** The version of a request that names none (A2A 1.0, section 3.6.2). */
const UNNAMED = '0.3';

/**
 * Settles the protocol version of a request: the header `A2A-Version`, else the query parameter of that name (A2A 1.0, section
 * 3.6.1), without a patch number (section 3.6). The result replaces the header.
 */
export const negotiateVersion: RequestHandler = (request, _response, next) => {
  const named = request.header(HEADER)?.trim() || versionInQuery(request);
  if (named === undefined) delete request.headers[HEADER];
  else request.headers[HEADER] = withoutPatch(named);
  next();
};

/** The protocol version of a request, without a patch number. */
export function versionOf(request: Request): string {
  return request.header(HEADER) || UNNAMED;
}

/** False if the request names no version. */
export function namesVersion(request: Request): boolean {
  return (request.header(HEADER) ?? '') !== '';
}

/** True for protocol 0.3. */
export function isLegacy(request: Request): boolean {
  return versionOf(request) === UNNAMED;
}

function versionInQuery(request: Request): string | undefined {
  const parameters = request.query as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(parameters)) {
    if (name.toLowerCase() === HEADER && typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}
