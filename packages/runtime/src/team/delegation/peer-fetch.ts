import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';
import { isLoopback } from '../../support/network/loopback.js';
import { boundedResponse } from './bounded-response.js';

/**
 * The default limit of a peer's answer in uncompressed bytes: three times the default limit of a Molecule agent's request, so
 * that every file that can be sent can also be returned.
 */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;
/** The largest number of redirects of one request, all of them on the peer's own server. */
const MOST_REDIRECTS = 3;

/** A peer's answer was refused. The message is for the model and the operator. */
class PeerError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.PeerError';
  readonly code: 'PEER_ELSEWHERE' | 'PEER_ANSWER_TOO_LARGE';

  constructor(code: PeerError['code'], message: string) {
    super(message);
    this.code = code satisfies ErrorCode;
  }
}

export interface PeerFetchOptions {
  /** Sent as bearer token. */
  readonly token?: string | undefined;
  /** The limit of an answer in bytes; default 32 MiB. */
  readonly mostBytes?: number;
}

/**
 * `fetch` for one peer. A card or a redirect can name any server, and an answer can have any size. So a request with its
 * content (the task, shared files, the token) goes to the peer's own server only, and the size of the answer is bounded.
 *
 * @param address of the peer
 * @throws {PeerError} `PEER_ELSEWHERE` before anything is sent to another server, `PEER_ANSWER_TOO_LARGE` while an answer is read
 */
export function peerFetch(address: string, options: PeerFetchOptions = {}): typeof fetch {
  const { token, mostBytes = MOST_ANSWER_BYTES } = options;
  const own = new URL(address);
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : String(input));
    const headers = new Headers(init?.headers);
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    for (let redirects = 0; ; redirects++) {
      if (!isSameServer(url, own)) throw elsewhere(own, url);
      const response = await fetch(url, { ...init, headers, redirect: 'manual' });
      const location = redirectOf(response, init?.method);
      if (location === undefined || redirects === MOST_REDIRECTS)
        return boundedResponse(response, mostBytes, () => tooLarge(own, mostBytes));
      await response.body?.cancel();
      url = new URL(location, url);
    }
  };
}

/** The target of a redirect that keeps the method and body; `undefined` for other responses. */
function redirectOf(response: Response, method = 'GET'): string | undefined {
  const { status } = response;
  const keepsMethod = status === 307 || status === 308 || (method === 'GET' && [301, 302, 303].includes(status));
  return keepsMethod ? (response.headers.get('location') ?? undefined) : undefined;
}

/** On loopback one server has several names. */
function isSameServer(one: URL, other: URL): boolean {
  if (one.origin === other.origin) return true;
  const samePort = one.protocol === other.protocol && one.port === other.port;
  return samePort && isLoopback(one.hostname) && isLoopback(other.hostname);
}

function elsewhere(own: URL, url: URL): PeerError {
  return new PeerError(
    'PEER_ELSEWHERE',
    `The agent at ${own.origin} points to ${url.origin}, and nothing is sent to a server other than its own. If the agent is at ${url.origin}, set that as the peer's url; if ${own.origin} is right, correct its MOLECULE_PUBLIC_URL.`,
  );
}

function tooLarge(own: URL, mostBytes: number): PeerError {
  return new PeerError(
    'PEER_ANSWER_TOO_LARGE',
    `The answer of the agent at ${own.origin} is larger than ${mostBytes} bytes, and the rest of it was not read.`,
  );
}
