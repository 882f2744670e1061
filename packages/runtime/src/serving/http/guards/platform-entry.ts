import type { RequestHandler } from 'express';
import { entryPath } from '../../../support/network/entry-path.js';

/**
 * Serves everything also below a secret path, without a token: a platform's proxy posts to exactly the address that is registered, and passes
 * on no `Authorization`. The secret counts as the token of the caller.
 */
export function platformEntry(entry: string): RequestHandler {
  const path = entryPath(entry);
  return (request, _response, next) => {
    const rest = request.url.startsWith(path) ? request.url.slice(path.length) : undefined;
    if (rest !== undefined && (rest === '' || rest.startsWith('/') || rest.startsWith('?'))) {
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
      request.headers.authorization ??= `Bearer ${entry}`;
    }
    next();
  };
}
