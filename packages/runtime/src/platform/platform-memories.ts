import { cutText, type JsonObject } from '@molecule/adapters';
import type { Memories } from '../tasks/team/memories.js';
import type { PlatformApi } from './api/platform-api.js';

/** The platform's limits. Source: `memories.go`. */
const MOST_NAMESPACE = 50;
const MOST_RECALLED = 50;

/** Memories on the platform, which shares them by their scope. */
export function platformMemories(api: PlatformApi, workspaceId: string): Memories {
  const base = `/workspaces/${encodeURIComponent(workspaceId)}`;
  const path = `${base}/memories`;
  return {
    async commit({ content, scope, namespace }) {
      const body = { content, scope, namespace: cutText(namespace, MOST_NAMESPACE) };
      const made = (await api.call({ method: 'POST', path, body })) as JsonObject;
      const summary = `Remembered (${scope}): ${cutText(content, 120)}`;
      const report = { activity_type: 'memory_write', method: 'memory', summary, status: 'ok' };
      // The memory is there, whether its line in the team view is or not.
      await api.call({ method: 'POST', path: `${base}/activity`, body: report }).catch(() => {});
      return made;
    },
    async recall({ text, scope, namespace, limit }) {
      const query = new URLSearchParams({ limit: String(Math.min(limit, MOST_RECALLED)) });
      if (text !== '') query.set('q', text);
      if (scope !== undefined) query.set('scope', scope);
      if (namespace !== undefined) query.set('namespace', cutText(namespace, MOST_NAMESPACE));
      const found = await api.call({ method: 'GET', path: `${path}?${query}` });
      return Array.isArray(found) ? (found as readonly JsonObject[]) : [];
    },
  };
}
