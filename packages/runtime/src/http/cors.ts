import type { RequestHandler } from 'express';

/** Lets pages of the named origins call the agent (`*`: all). Without origins no header is ever sent. */
export function cors(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const origin = request.header('origin');
    if (origin === undefined || !(origins.includes(origin) || origins.includes('*'))) return next();
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Vary', 'Origin');
    if (request.method !== 'OPTIONS') return next();
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE, OPTIONS');
    response.setHeader(
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type, A2A-Version, A2A-Extensions, Last-Event-ID, Traceparent',
    );
    response.setHeader('Access-Control-Max-Age', '600');
    response.status(204).end();
  };
}
