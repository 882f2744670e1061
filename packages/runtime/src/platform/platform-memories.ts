import type { JsonObject } from '@molecule/adapters';
import type { Memories } from '../tools/memory-store.js';
import type { PlatformApi } from './platform-api.js';

/** Memories that the platform keeps, and shares as their scope says. */
export function platformMemories(api: PlatformApi, workspaceId: string): Memories {
  const path = `/workspaces/${encodeURIComponent(workspaceId)}/memories`;
  return {
    async commit({ content, scope, namespace }) {
      return (await api.call({ method: 'POST', path, body: { content, scope, namespace } })) as JsonObject;
    },
    async recall({ text, scope, namespace, limit }) {
      const query = new URLSearchParams({ limit: String(limit) });
      if (text !== '') query.set('q', text);
      if (scope !== undefined) query.set('scope', scope);
      if (namespace !== undefined) query.set('namespace', namespace);
      const found = await api.call({ method: 'GET', path: `${path}?${query}` });
      return Array.isArray(found) ? (found as readonly JsonObject[]) : [];
    },
  };
}
