import type { Request, RequestHandler } from 'express';
import type { AllowedHosts, Refusal, RequestSource } from '../../../support/network/allowed-hosts.js';
import { isLoopback } from '../../../support/network/loopback.js';
import { sendProtocolError } from '../answers/protocol-error.js';

export interface BrowserGuardOptions {
  readonly hosts: AllowedHosts;
  /** If true, requests must say who sends them. Foreign pages have no token, so nothing is checked here. */
  readonly tokens: boolean;
  /** If true, the certificate of a client is enough. A browser shows it for any page. */
  readonly certificates: boolean;
  /** If true, `Host` is checked on every connection: `MOLECULE_ALLOWED_HOSTS` is set. */
  readonly everyConnection: boolean;
}

/**
 * Refuses requests of foreign web pages to an agent that can be called without a token. `Origin` is always checked. `Host` is checked on
 * loopback, where a page could have its own name resolved to this machine, and everywhere if the operator names the hosts.
 *
 * @param mayBeForeign true for a request that a page of another origin may send
 */
export function browserGuard(
  options: BrowserGuardOptions,
  mayBeForeign: (request: Request) => boolean = () => false,
): RequestHandler {
  return (request, response, next) => {
    const refusal = refusalOf(request, options);
    if (refusal === undefined) return next();
    if (refusal === 'ORIGIN_NOT_ALLOWED' && mayBeForeign(request)) return next();
    sendProtocolError(request, response, {
      status: 403,
      rpcCode: -32600,
      statusName: 'PERMISSION_DENIED',
      code: refusal,
      message: refusalMessage(refusal, sourceOf(request)),
    });
  };
}

/** The reason to refuse a browser's request; `undefined` if it is allowed. */
export function refusalOf(request: Request, options: BrowserGuardOptions): Refusal | undefined {
  const isAuthorized = request.header('authorization') !== undefined;
  return refusalOfSource(sourceOf(request), { isAuthorized, localAddress: request.socket.localAddress }, options);
}

/** What else decides on a request besides where it came from. */
interface RequestFacts {
  /** True if it has an `Authorization` header. */
  readonly isAuthorized: boolean;
  /** The server's end of its connection. */
  readonly localAddress: string | undefined;
}

/** The same for a request of any transport. */
export function refusalOfSource(
  source: RequestSource,
  { isAuthorized, localAddress }: RequestFacts,
  { tokens, certificates, everyConnection, hosts }: BrowserGuardOptions,
): Refusal | undefined {
  if (tokens) {
    const byCertificate = certificates && !isAuthorized;
    return byCertificate && hosts.foreignPage(source) ? 'ORIGIN_NOT_ALLOWED' : undefined;
  }
  if (everyConnection || isLoopback(localAddress ?? '')) return hosts.refusal(source);
  return hosts.foreignPage(source) ? 'ORIGIN_NOT_ALLOWED' : undefined;
}

/** The message of the refusal. */
export function refusalMessage(refusal: Refusal, source: RequestSource): string {
  return MESSAGES[refusal](source);
}

function sourceOf(request: Request): RequestSource {
  return {
    host: request.header('host'),
    origin: request.header('origin'),
    site: request.header('sec-fetch-site'),
  };
}

const MESSAGES: Readonly<Record<Refusal, (source: RequestSource) => string>> = {
  HOST_NOT_ALLOWED: ({ host = '' }) =>
    `This agent needs no token, so it answers only to its own host names, and ${quoted(host)} is none of them: a web page could have made a browser send this request. To allow the name, the operator sets MOLECULE_ALLOWED_HOSTS=${nameIn(host)}, MOLECULE_PUBLIC_URL, or tokens (MOLECULE_TOKENS).`,
  ORIGIN_NOT_ALLOWED: ({ origin }) =>
    `This agent can be called without a token, so web pages of other origins may not call it, and ${origin === undefined ? 'a page of another site' : quoted(origin)} sent this request. To allow the page, the operator sets ${origin === undefined || origin === 'null' ? 'MOLECULE_CORS_ORIGINS to its origin' : `MOLECULE_CORS_ORIGINS=${printable(origin)}`}.`,
};

function quoted(text: string): string {
  return JSON.stringify(printable(text));
}

/** A host as a value of the setting: without its port, so that every port is allowed. */
function nameIn(host: string): string {
  return printable(host).replace(/:\d{1,5}$/, '');
}

function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x21-\x7e]+/g, '?');
}
