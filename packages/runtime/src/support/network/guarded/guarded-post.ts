import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { orAborted } from '../../wait.js';
import { bareHost } from '../host.js';
import { reasonOf } from '../reason-of.js';
import { readRetryAfter } from '../retry-after.js';
import type { AllowedTargets } from './allowed-targets.js';
import { type HostAddress, type Resolve, resolveAsSystem, resolveByNameServer } from './resolve-host.js';
import { readTargetUrl } from './target-url.js';

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
  /** The header `Retry-After` in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The URL, or an address of its host, must not be reached. No connection was made. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
}

/** No connection was made: the host has no address, or nothing at its addresses accepts one in time. */
export class UnreachedError extends Error {
  override readonly name = 'UnreachedError';
}

/** A host that has more to say is hung up on. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** The names that callers may choose. */
const resolveOther = resolveByNameServer();

/**
 * Sends a request to a URL that a caller has named. The host's addresses are looked up once. If one of them must not be reached,
 * no connection is made; otherwise the connection goes to those addresses, so that another answer of the name server changes nothing.
 * Redirects are not followed. Proxies of the environment are not used: they would look the name up again.
 *
 * @param resolve default: the operating system for hosts that the operator names, the name servers alone for others
 * @throws {TargetRefusedError} @throws {UnreachedError}; any other error: there was a connection, but no answer
 */
export async function guardedPost(
  { url: text, headers, body, signal }: GuardedPost,
  targets: AllowedTargets,
  resolve?: Resolve,
): Promise<PostAnswer> {
  const url = readTargetUrl(text, targets);
  if ('problem' in url) throw new TargetRefusedError(`the URL ${url.problem}`);
  const host = bareHost(url.hostname);
  const find = resolve ?? (targets.namesHost(host) ? resolveAsSystem : resolveOther);
  const addresses = await vettedAddresses(host, targets, find, signal);
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
      done({ status: statusCode, retryAfterMs: readRetryAfter(answered['retry-after'], Date.now()) });
      discard(response);
    });
    let isConnected = false;
    request.on('socket', (socket) => {
      socket.once('connect', () => {
        isConnected = true;
      });
    });
    request.on('error', (error) => fail(isConnected ? error : unreached(error)));
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
  const found = await orAborted(resolve(host), signal).catch((error: unknown) => {
    throw unreached(error);
  });
  if (found.length === 0) throw new UnreachedError(`${host} has no address`);
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

function unreached(error: unknown): UnreachedError {
  // Several addresses of a host fail together.
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  return new UnreachedError(reasonOf(first), { cause: first });
}
