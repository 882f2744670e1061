import type { RequestHandler } from 'express';

/**
 * Serves every path also below a prefix: some proxies forward the prefix at which they are reached, others remove it. And it serves a
 * path that begins with several slashes: a client that joins the card's `url`, which ends with one, and a path of the protocol sends two.
 *
 * @param basePath such as `/agents/one`, without a trailing slash; empty for none
 */
export function belowBasePath(basePath: string): RequestHandler {
  return (request, _response, next) => {
    if (basePath !== '' && request.url.startsWith(basePath)) {
      const rest = request.url.slice(basePath.length);
      if (rest === '' || rest.startsWith('?')) request.url = `/${rest}`;
      else if (rest.startsWith('/')) request.url = rest;
    }
    request.url = request.url.replace(/^\/+/, '/');
    next();
  };
}
