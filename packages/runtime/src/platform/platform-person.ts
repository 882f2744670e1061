import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, JsonValue } from '@molecule/adapters';
import type { Person } from '../team/tools/person-tools.js';
import { isTemporary, type PlatformApi } from './platform-api.js';

/** The interval at which a decision is queried. */
const ASK_MS = 2_000;
/** The factor by which the interval grows while the platform is unreachable. The query continues, because a person may already have decided. */
const AWAY_FACTOR = 5;
const OPEN = ['pending', ''];

/** The user of the platform. */
export function platformPerson(api: PlatformApi, workspaceId: string, askMs = ASK_MS): Person {
  const base = `/workspaces/${encodeURIComponent(workspaceId)}`;
  return {
    async notify(message) {
      await api.call({ method: 'POST', path: `${base}/notify`, body: { message } });
      return { delivered: true };
    },
    async approve({ action, reason }, { taskId, signal }) {
      const body = { action, reason, task_id: taskId, context: {} };
      const made = await api.call({ method: 'POST', path: `${base}/approvals`, body, signal });
      const id = textAt(made, 'approval_id');
      for (let status = textAt(made, 'status'); ; await sleep(askMs, undefined, { signal })) {
        if (!OPEN.includes(status)) return { approved: status === 'approved', decided: true, status };
        status = await statusOf(api, base, id, signal).catch(async (error: unknown) => {
          if (!isTemporary(error)) throw error;
          await sleep(Math.max(askMs * AWAY_FACTOR, error.retryAfterMs ?? 0), undefined, { signal });
          return 'pending';
        });
      }
    },
  };
}

async function statusOf(api: PlatformApi, base: string, id: string, signal: AbortSignal): Promise<string> {
  const all = await api.call({ method: 'GET', path: `${base}/approvals`, signal });
  const found = Array.isArray(all)
    ? all.find((one) => textAt(one, 'id') === id || textAt(one, 'approval_id') === id)
    : undefined;
  return found === undefined ? '' : textAt(found, 'status');
}

function textAt(value: JsonValue, key: string): string {
  const found = typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined;
  return typeof found === 'string' ? found : '';
}
