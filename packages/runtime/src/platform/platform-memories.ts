import type { JsonObject } from '@molecule/adapters';
import type { Memories } from '../tasks/team/memories.js';
import type { PlatformApi } from './platform-api.js';

/** Memories on the platform, which shares them by their scope. */
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
