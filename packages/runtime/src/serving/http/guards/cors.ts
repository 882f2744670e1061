import type { RequestHandler } from 'express';

/** Headers of requests. A page needs no permission for `Accept`. */
const SENT =
  'Authorization, Content-Type, A2A-Version, A2A-Extensions, X-A2A-Extensions, Last-Event-ID, Range, If-Range, If-None-Match, Traceparent';
/** Headers of answers that a page could not read otherwise: when to try again, and what is known of a file. */
const READ =
  'Retry-After, WWW-Authenticate, A2A-Extensions, X-A2A-Extensions, Accept-Ranges, Content-Disposition, Content-Range, ETag';

/** Allows pages of the named origins to call the agent (`*`: pages of every origin). */
export function cors(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    // Answers depend on the origin, so a shared cache must not serve an answer without the headers below to an allowed page.
    response.vary('Origin');
    const origin = request.header('origin');
    if (origin === undefined || !(origins.includes(origin) || origins.includes('*'))) return next();
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', READ);
    if (request.method !== 'OPTIONS') return next();
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE, OPTIONS');
    response.setHeader('Access-Control-Allow-Headers', SENT);
    response.setHeader('Access-Control-Max-Age', '600');
    response.status(204).end();
  };
}
