import type { JsonObject } from '@molecule/adapters';

/**
 * The agent's card as the platform wants it: in the form of protocol 0.3, which has a `url` at the top, here without a
 * slash at the end, since the platform appends its paths to it.
 *
 * @param url where this process listens
 */
export async function ownCard(url: string, registeredUrl: string): Promise<JsonObject> {
  const response = await fetch(`${url}/.well-known/agent-card.json`, { headers: { 'cache-control': 'no-cache' } });
  return { ...((await response.json()) as JsonObject), url: registeredUrl };
}
