import { MoleculeError } from '@molecule/adapters';
import { isLoopback } from '../environment/loopback.js';
import { boundedResponse } from './bounded-response.js';

/**
 * Bytes that an answer of a peer may have, unpacked: three times what a Molecule agent takes in a request by default, so that
 * any file which can be sent can also come back.
 */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;
/** Redirects that one request follows, all of them on the peer's own server. */
const MOST_REDIRECTS = 3;

/** What a peer answered is not taken. The message is for the model and the operator. */
class PeerError extends MoleculeError {
  override readonly name = 'PeerError';
  readonly code: 'PEER_ELSEWHERE' | 'PEER_ANSWER_TOO_LARGE';

  constructor(code: PeerError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface PeerFetchOptions {
  /** Sent as bearer. */
  readonly token?: string | undefined;
  /** Bytes of an answer; default 32 MiB. */
  readonly mostBytes?: number;
}

/**
 * `fetch` for one peer. A card or a redirect can name any server, and an answer can be of any size: a request goes to the
 * peer's own server only, with all that it carries (the task, shared files, the token), and reads a bounded answer.
 *
 * @param address of the peer
 * @throws {PeerError} `PEER_ELSEWHERE` before anything is sent to another server; `PEER_ANSWER_TOO_LARGE` while an answer is read
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

/** Where a redirect leads that can be followed with the same method and body. */
function redirectOf(response: Response, method = 'GET'): string | undefined {
  const { status } = response;
  const keepsMethod = status === 307 || status === 308 || (method === 'GET' && [301, 302, 303].includes(status));
  return keepsMethod ? (response.headers.get('location') ?? undefined) : undefined;
}

/** One server has several names on loopback. */
function isSameServer(one: URL, other: URL): boolean {
  if (one.origin === other.origin) return true;
  const samePort = one.protocol === other.protocol && one.port === other.port;
  return samePort && isLoopback(one.hostname) && isLoopback(other.hostname);
}

function elsewhere(own: URL, url: URL): PeerError {
  return new PeerError(
    'PEER_ELSEWHERE',
    `The agent at ${own.origin} leads to ${url.origin}, and nothing is sent to another server than its own. If it is meant to be there, name ${url.origin} as the peer's url; if ${own.origin} is right, its MOLECULE_PUBLIC_URL is not.`,
  );
}

function tooLarge(own: URL, mostBytes: number): PeerError {
  return new PeerError(
    'PEER_ANSWER_TOO_LARGE',
    `The answer of the agent at ${own.origin} is larger than ${mostBytes} bytes, and was not read to its end.`,
  );
}
