import type { AgentCard } from '@a2a-js/sdk';
import {
  type Client,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { shellWord } from '../own-command.js';
import { UsageError } from '../usage-error.js';
import { SendError } from './send-error.js';

/**
 * A client for the agent at an address, of whatever A2A version it speaks.
 *
 * @throws UsageError when the address is none
 * @throws SendError when no agent is there, or when its card would take the token to another server
 */
export async function connect(address: string, token: string | undefined): Promise<Client> {
  const base = toUrl(address);
  const fetchImpl = authorizingFetch(token);
  const resolver = new DefaultAgentCardResolver({ fetchImpl, legacyCompat: { enabled: true } });
  const card = await resolveCard(resolver, base);
  if (token !== undefined) refuseOtherServers(card, base);
  const options = { fetchImpl, legacyCompat: { enabled: true } };
  const transports = [new JsonRpcTransportFactory(options), new RestTransportFactory(options)];
  return new ClientFactory({ transports, cardResolver: resolver }).createFromAgentCard(card);
}

function toUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`"${address}" is no address of an agent. Write it with http://, such as http://localhost:8000`);
}

async function resolveCard(resolver: DefaultAgentCardResolver, base: URL): Promise<AgentCard> {
  try {
    if (base.pathname.endsWith('.json')) return await resolver.resolve(base.href, '');
    // Without the slash, the last segment of a path would be lost.
    return await resolver.resolve(base.href.endsWith('/') ? base.href : `${base.href}/`);
  } catch (error) {
    throw new SendError(
      'AGENT_UNREACHABLE',
      `No agent card at ${base.href}: ${reasonOf(error)}. Is the agent running there? molecule start`,
      { cause: error },
    );
  }
}

/** A card may name any server; a token is for the one that was named on the command line. */
function refuseOtherServers(card: AgentCard, base: URL): void {
  const elsewhere = card.supportedInterfaces.find(
    ({ url }) => !URL.canParse(url) || new URL(url).origin !== base.origin,
  );
  if (elsewhere === undefined) return;
  throw new SendError(
    'AGENT_ELSEWHERE',
    `The card at ${base.origin} leads to ${elsewhere.url}, and the token is not sent to another server. If that one is meant: molecule send ${shellWord(elsewhere.url)}`,
  );
}

function authorizingFetch(token: string | undefined): typeof fetch {
  if (token === undefined) return fetch;
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('Authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };
}

/** `fetch failed` says nothing; its cause does. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
