import type { RequestHandler } from 'express';

/**
 * Serves everything below a path as well as without it: some proxies keep the prefix that they are reached by, some take it away.
 *
 * @param basePath `/agents/one`, without a slash at its end; empty: nothing is done
 */
export function belowBasePath(basePath: string): RequestHandler {
  return (request, _response, next) => {
    if (basePath !== '' && request.url.startsWith(basePath)) {
      const rest = request.url.slice(basePath.length);
      if (rest === '' || rest.startsWith('?')) request.url = `/${rest}`;
      else if (rest.startsWith('/')) request.url = rest;
    }
    next();
  };
}
