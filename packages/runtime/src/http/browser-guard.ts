import type { Request, RequestHandler } from 'express';
import type { AllowedHosts, Refusal, RequestSource } from '../access/allowed-hosts.js';
import { isLoopback } from '../environment/loopback.js';
import { sendProtocolError } from './protocol-error.js';

export interface BrowserGuardOptions {
  readonly hosts: AllowedHosts;
  /** True: requests need a token, which no page of a stranger has; then nothing is checked here. */
  readonly tokens: boolean;
  /** True: `MOLECULE_ALLOWED_HOSTS` is set, so that `Host` is checked on every connection. */
  readonly everyConnection: boolean;
}

/**
 * Keeps web pages away from an agent that asks for no token. `Host` is checked where a page could have its own name resolved
 * to this machine: on loopback, which no other machine reaches, and everywhere once the operator names the hosts. `Origin` is
 * checked always.
 */
export function browserGuard(options: BrowserGuardOptions): RequestHandler {
  return (request, response, next) => {
    const refusal = refusalOf(request, options);
    if (refusal === undefined) return next();
    sendProtocolError(request, response, {
      status: 403,
      rpcCode: -32600,
      statusName: 'PERMISSION_DENIED',
      code: refusal,
      message: MESSAGES[refusal](sourceOf(request)),
    });
  };
}

/** Why a browser's request is refused; `undefined`: it is not. */
export function refusalOf(request: Request, options: BrowserGuardOptions): Refusal | undefined {
  if (options.tokens) return undefined;
  const source = sourceOf(request);
  const checksHost = options.everyConnection || isLoopback(request.socket.localAddress ?? '');
  if (checksHost) return options.hosts.refusal(source);
  return options.hosts.foreignPage(source) ? 'ORIGIN_NOT_ALLOWED' : undefined;
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
    `This agent asks for no token, so it answers only under names of its own, and ${quoted(host)} is none of them: a web page could have made a browser send this. If this name is meant, the operator sets MOLECULE_ALLOWED_HOSTS=${nameIn(host)}, MOLECULE_PUBLIC_URL, or tokens (MOLECULE_TOKENS).`,
  ORIGIN_NOT_ALLOWED: ({ origin }) =>
    `This agent asks for no token, so web pages of other origins may not call it, and ${origin === undefined ? 'a page of another site' : quoted(origin)} sent this. If that page is meant to, the operator sets ${origin === undefined || origin === 'null' ? 'MOLECULE_CORS_ORIGINS to its origin' : `MOLECULE_CORS_ORIGINS=${printable(origin)}`}.`,
};

function quoted(text: string): string {
  return JSON.stringify(printable(text));
}

/** A name to be set; a port is left out, as any is allowed then. */
function nameIn(host: string): string {
  return printable(host).replace(/:\d{1,5}$/, '');
}

function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x21-\x7e]+/g, '?');
}
