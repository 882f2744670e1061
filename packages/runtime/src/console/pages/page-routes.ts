import { type Request, type RequestHandler, type Response, Router } from 'express';
import { sendProtocolError } from '../../serving/http/answers/protocol-error.js';
import { type PageFile, PageFiles, pageFile } from './page-files.js';

/** Nothing but what this server sends: no inline script or style, no other host, no frame around the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const INDEX = 'index.html';
/** Their names hold a digest of their content. */
const IMMUTABLE = /^assets\//;

/**
 * The console's pages, below the path where this is mounted. They hold nothing of the agent, so they need no token. Every path that is no
 * file is the page itself, which shows what the path names.
 *
 * @param basePath of the server, without a trailing slash
 */
export async function pageRoutes(directory: string, basePath: string): Promise<RequestHandler> {
  const files = await PageFiles.open(directory);
  const index = await indexPage(files, `${basePath}/console/`);
  const router = Router({ strict: true });
  router.get('/', (request, response) => {
    // Mounted at /console, which is also /console/: links of the page are relative to its directory.
    const [path = ''] = request.originalUrl.split('?', 1);
    if (path.endsWith('/')) return send(request, response, index, false);
    // Another agent may be at this address tomorrow, below another path.
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(307, `${basePath}/console/`);
  });
  router.get('/*path', (request, response, next) => {
    const name = request.path.slice(1);
    if (name === INDEX || !hasExtension(name)) return send(request, response, index, false);
    const file = files.file(name);
    if (!file) return refuse(request, response);
    file.then((found) => send(request, response, found, IMMUTABLE.test(name)), next);
  });
  return router;
}

async function indexPage(files: PageFiles, base: string): Promise<PageFile> {
  const file = await files.file(INDEX);
  if (!file) throw new TypeError('The console has no index.html. Build it: npm run build in its package.');
  const element = `<base href="${base.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`;
  const withBase = withBaseElement(file.bytes.toString(), element);
  return pageFile(INDEX, Buffer.from(withBase));
}

/** The page with this element in place of its own one. */
function withBaseElement(html: string, element: string): string {
  const begin = html.indexOf('<base ');
  if (begin < 0) return html.replace('<head>', () => `<head>${element}`);
  return html.slice(0, begin) + element + html.slice(html.indexOf('>', begin) + 1);
}

/** A path of the page such as `tasks/<id>` may end with anything, but not in its last part's own file ending. */
function hasExtension(name: string): boolean {
  return IMMUTABLE.test(name) || (!name.includes('/') && /\.\w{1,10}$/.test(name));
}

function send(request: Request, response: Response, file: PageFile, immutable: boolean): void {
  describe(response);
  response.setHeader('Content-Type', file.type);
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.header('if-none-match') === file.etag) {
    response.status(304).end();
    return;
  }
  const { compressed } = file;
  const isCompressed = compressed !== undefined && request.acceptsEncodings('gzip') === 'gzip';
  if (isCompressed) response.setHeader('Content-Encoding', 'gzip');
  const body = isCompressed ? compressed : file.bytes;
  response.setHeader('Content-Length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuse(request: Request, response: Response): void {
  describe(response);
  sendProtocolError(request, response, {
    status: 404,
    rpcCode: -32601,
    statusName: 'NOT_FOUND',
    code: 'PATH_NOT_FOUND',
    message: `The console has no file ${request.path.slice(0, 200)}. Load its page again: a newer version may have replaced it.`,
  });
}

function describe(response: Response): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}
