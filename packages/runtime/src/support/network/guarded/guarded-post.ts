import { lookup } from 'node:dns/promises';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { bareHost } from '../host.js';
import type { AllowedTargets } from './allowed-targets.js';
import { readTargetUrl } from './target-url.js';

/** An address of a host, as the resolver of the operating system returns it. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Finds the addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly HostAddress[]>;

export interface GuardedPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the request, and with it the wait for the addresses of the host. */
  readonly signal: AbortSignal;
}

/** What the host answered. Its body is not read. */
export interface PostAnswer {
  readonly status: number;
  /** The header `Retry-After` in seconds, if it is a number. */
  readonly retryAfterSeconds: number | undefined;
}

/** The URL, or an address of its host, must not be reached. No connection was made. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
}

/** A host that has more to say is hung up on. */
const MOST_ANSWER_BYTES = 64 * 1024;

const resolveHost: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Sends a request to a URL that a caller has named. The host's addresses are looked up once. If one of them must not be reached,
 * no connection is made; otherwise the connection goes to those addresses, so that another answer of the name server changes nothing.
 * Redirects are not followed. Proxies of the environment are not used: they would look the name up again.
 *
 * @throws {TargetRefusedError}; any other error: the host was not reached, or gave no answer
 */
export async function guardedPost(
  { url: text, headers, body, signal }: GuardedPost,
  targets: AllowedTargets,
  resolve: Resolve = resolveHost,
): Promise<PostAnswer> {
  const url = readTargetUrl(text, targets);
  if ('problem' in url) throw new TargetRefusedError(`the URL ${url.problem}`);
  const host = bareHost(url.hostname);
  const addresses = await vettedAddresses(host, targets, resolve, signal);
  const length = String(Buffer.byteLength(body));
  const options: RequestOptions = {
    method: 'POST',
    // A connection of its own, without the settings of a shared agent.
    agent: false,
    headers: { ...headers, 'content-length': length },
    lookup: pinned(addresses),
    signal,
  };
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((done, fail) => {
    const request = send(url, options, (response) => {
      const { statusCode = 0, headers: answered } = response;
      const seconds = answered['retry-after'];
      done({ status: statusCode, retryAfterSeconds: /^\d{1,6}$/.test(seconds ?? '') ? Number(seconds) : undefined });
      discard(response);
    });
    request.on('error', fail);
    request.end(body);
  });
}

async function vettedAddresses(
  host: string,
  targets: AllowedTargets,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<readonly HostAddress[]> {
  const version = isIP(host);
  // No lookup takes place for an address.
  if (version !== 0) return [{ address: host, family: version }];
  const found = await aborted(resolve(host), signal);
  if (found.length === 0) throw new Error(`${host} has no address`);
  const refused = targets.namesHost(host) ? undefined : found.find(({ address }) => !targets.allowsAddress(address));
  if (refused)
    throw new TargetRefusedError(`${host} has the address ${refused.address}, which is not of the public internet`);
  return found;
}

/** The host has answered, so whatever it still sends is of no interest. */
function discard(response: IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => {});
  response.on('data', ({ length }: Buffer) => {
    bytes += length;
    if (bytes > MOST_ANSWER_BYTES) response.destroy();
  });
}

/** Answers every lookup of a connection with these addresses. */
function pinned(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, { all }, answer) => {
    const [first] = addresses;
    if (all) answer(null, [...addresses]);
    else answer(null, first?.address ?? '', first?.family);
  };
}

/** A lookup cannot be ended, only no longer waited for. */
async function aborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
