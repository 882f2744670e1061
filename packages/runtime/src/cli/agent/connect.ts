import type { AgentCard } from '@a2a-js/sdk';
import {
  type Client,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { type Patience, patientFetch } from '../../support/network/patient-fetch.js';
import { reasonOf } from '../../support/network/reason-of.js';
import { shellWord } from '../host/own-command.js';
import { UsageError } from '../host/usage-error.js';
import { SendError } from './send-error.js';

/** How long a message is sent again to an agent whose queue is full. */
const MOST_WAIT_MS = 10 * 60_000;

/**
 * A client for the agent at an address, for A2A 1.0 or 0.3 as the agent's card says.
 *
 * A request that the agent refuses for the moment is repeated.
 *
 * @throws {UsageError} if the address is not a URL
 * @throws {SendError} if no agent answers there, or if its card leads the token to another server
 */
export async function connect(address: string, token: string | undefined, patience?: Patience): Promise<Client> {
  const base = toUrl(address);
  const fetchImpl = patientFetch(authorizingFetch(token), { mostMs: MOST_WAIT_MS, ...patience });
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
  throw new UsageError(
    `"${address}" is not the URL of an agent. It must begin with http:// or https://, such as http://localhost:8000`,
  );
}

async function resolveCard(resolver: DefaultAgentCardResolver, base: URL): Promise<AgentCard> {
  try {
    if (base.pathname.endsWith('.json')) return await resolver.resolve(base.href, '');
    // Without the slash, the last segment of a path would be lost.
    return await resolver.resolve(base.href.endsWith('/') ? base.href : `${base.href}/`);
  } catch (error) {
    throw new SendError(
      'AGENT_UNREACHABLE',
      `No agent card at ${base.href}: ${reasonOf(error)}. Is the agent running? To start it: molecule start`,
      { cause: error },
    );
  }
}

/** A card can name any server. The token is only for the one on the command line. */
function refuseOtherServers(card: AgentCard, base: URL): void {
  const elsewhere = card.supportedInterfaces.find(
    ({ url }) => !URL.canParse(url) || new URL(url).origin !== base.origin,
  );
  if (elsewhere === undefined) return;
  throw new SendError(
    'AGENT_ELSEWHERE',
    `The card at ${base.origin} points to ${elsewhere.url}. The token is not sent to another server. To use that server: molecule send ${shellWord(elsewhere.url)}`,
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
