import { AGENT_CARD_PATH } from '../../../support/network/agent-card-path.js';

/** Where an AI Catalog is found (ai-catalog.io, version 1.0), and its content type. */
export const AI_CATALOG_PATH = '/.well-known/ai-catalog.json';
export const AI_CATALOG_TYPE = 'application/ai-catalog+json';

const CARD_TYPE = 'application/a2a-agent-card+json';

/** What the catalog says of the agent besides its card. */
export interface CatalogSource {
  readonly workspaceId: string;
  /** Without a trailing slash. */
  readonly url: string;
  readonly provider?: { readonly organization: string; readonly url: string } | undefined;
  readonly updatedAt: Date;
}

/**
 * The catalog of this server: its one agent, by the address of its card. Name, description and version stand on the card only, so that
 * they cannot differ from it.
 */
export function aiCatalog({ workspaceId, url, provider, updatedAt }: CatalogSource): object {
  const card = `${url}${AGENT_CARD_PATH}`;
  const publisher = provider && new URL(provider.url).hostname;
  return {
    specVersion: '1.0',
    ...(provider && { host: { displayName: provider.organization, identifier: publisher } }),
    entries: [
      {
        // Only the publisher's own domain may stand in such a name.
        identifier: publisher ? `urn:air:${publisher}:agent:${encodeURIComponent(workspaceId)}` : card,
        type: CARD_TYPE,
        url: card,
        updatedAt: updatedAt.toISOString(),
        ...(provider && {
          publisher: { identifier: publisher, displayName: provider.organization, identityType: 'dns' },
        }),
      },
    ],
  };
}
