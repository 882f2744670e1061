import type { Client } from '@a2a-js/sdk/client';
import { agentUrl } from './addresses.js';
import { provideBuffer } from './buffer-of-the-client.js';
import { request, tokenFetch } from './request.js';

let client: Promise<Client> | undefined;

/**
 * The official A2A client for the agent that serves this page; its code is loaded at the first use. The interfaces of the card are
 * addressed below the page's own origin, because the Content-Security-Policy allows no other and the page already reaches this one.
 */
export function agentClient(): Promise<Client> {
  client ??= openClient().catch((error: unknown) => {
    client = undefined;
    throw error;
  });
  return client;
}

async function openClient(): Promise<Client> {
  provideBuffer();
  const [{ ClientFactory, DefaultAgentCardResolver, JsonRpcTransportFactory, RestTransportFactory }, card] =
    await Promise.all([
      import('@a2a-js/sdk/client'),
      request(new URL('.well-known/agent-card.json', agentUrl)).then((response) => response.json()),
    ]);
  const factory = new ClientFactory({
    transports: [
      new JsonRpcTransportFactory({ fetchImpl: tokenFetch }),
      new RestTransportFactory({ fetchImpl: tokenFetch }),
    ],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl: tokenFetch }),
  });
  return factory.createFromAgentCard({ ...card, supportedInterfaces: ownInterfaces(card.supportedInterfaces ?? []) });
}

function ownInterfaces(interfaces: readonly { url: string }[]): readonly { url: string }[] {
  const origins = interfaces.filter(({ url }) => URL.canParse(url));
  return origins.map((entry) => {
    const { pathname } = new URL(entry.url);
    const own = new URL(pathname.startsWith(agentUrl.pathname) ? pathname : agentUrl.pathname, agentUrl);
    return { ...entry, url: own.href.replace(/\/$/, '') };
  });
}
