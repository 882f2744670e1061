import { randomBytes } from 'node:crypto';
import type { Answer } from './fake-delegations.js';

/** A peer as the platform lists it. */
export interface ListedPeer {
  readonly id: string;
  readonly name: string;
  /** Null for a peer that is reached only through the platform. */
  readonly url: string | null;
  readonly parent_id: string | null;
  readonly status?: string;
  readonly agent_card?: unknown;
}

type Body = Readonly<Record<string, unknown>>;

const REFUSED_HOST = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1|169\.254\.)/;

/** The platform's registry: who is registered, alive, deleted, and where. Source: `registry.go`, `discovery.go`, `workspace_crud.go`. */
export class FakeRegistry {
  readonly registered = new Map<string, { url: string; agent_card: Record<string, unknown> }>();
  readonly tokens = new Map<string, string>();
  /** Deleted workspaces. */
  readonly removed = new Set<string>();
  readonly parents = new Map<string, string>();
  /** The addresses that discovery gives, where they are not those of the list. */
  readonly discovered = new Map<string, string>();
  peers: readonly ListedPeer[] = [];
  /** Workspaces that fetch their messages. */
  readonly polling = new Set<string>();
  /** False: it is older than `delivery_mode`, ignores it, and wants an address. Source: molecule-core before #2348. */
  knowsPolling = true;
  readonly #alive = new Set<string>();

  forget(): void {
    this.#alive.clear();
  }

  listPeers(): Answer {
    const columns = { role: null, tier: 1, status: 'online', agent_card: null, active_tasks: 0 };
    return { status: 200, body: this.peers.map((peer) => ({ ...columns, ...peer, url: peer.url ?? '' })) };
  }

  /** Source: `discoverWorkspacePeer`. */
  discover(id: string, caller: string | undefined): Answer {
    if (caller === undefined) return { status: 400, body: { error: 'X-Workspace-ID header is required' } };
    const peer = this.peers.find((one) => one.id === id);
    const url = this.discovered.get(id) ?? peer?.url ?? '';
    if (!peer) return { status: 404, body: { error: 'workspace not found' } };
    if (url === '') return { status: 503, body: { error: 'workspace not available' } };
    return { status: 200, body: { id, url, name: peer.name } };
  }

  row(id: string): Answer {
    const status = this.removed.has(id) ? 'removed' : this.#alive.has(id) ? 'online' : 'offline';
    return { status: 200, body: { id, name: 'A row', status, parent_id: this.parents.get(id) ?? null } };
  }

  state(id: string): Answer {
    if (this.removed.has(id)) return { status: 404, body: { workspace_id: id, status: 'removed', deleted: true } };
    return { status: 200, body: { workspace_id: id, status: 'online', paused: false, deleted: false } };
  }

  /**
   * The later form: an address is wanted of workspaces that are called only. The mode of one that names none stays as it was. Source:
   * `registry.go` Register, resolveDeliveryMode.
   */
  register(id: string, { url, agent_card: card, delivery_mode: mode }: Body): Answer {
    // The text is the same for every fault.
    const invalid = { status: 400, body: { error: 'invalid request body' } };
    const polls = this.knowsPolling && (mode === undefined ? this.polling.has(id) : mode === 'poll');
    if (typeof url !== 'string' || (url === '' && !polls)) return invalid;
    if (!polls && (!URL.canParse(url) || REFUSED_HOST.test(new URL(url).hostname))) return invalid;
    if (!isMap(card) || typeof card['url'] !== 'string') return invalid;
    this.registered.set(id, { url, agent_card: card });
    this.#alive.add(id);
    if (polls) this.polling.add(id);
    else this.polling.delete(id);
    const registered = {
      status: 'registered',
      ...(this.knowsPolling && { delivery_mode: polls ? 'poll' : 'push' }),
    };
    if (this.tokens.has(id)) return { status: 200, body: registered };
    this.tokens.set(id, randomBytes(32).toString('base64url'));
    return { status: 200, body: { ...registered, auth_token: this.tokens.get(id) } };
  }

  heartbeat(id: string, body: Body): Answer {
    const numbers = ['error_rate', 'active_tasks', 'uptime_seconds'].every((name) => typeof body[name] === 'number');
    const texts = ['sample_error', 'current_task'].every((name) => typeof body[name] === 'string');
    const metadata = body['runtime_metadata'];
    const state = body['runtime_state'];
    const isValid = numbers && texts && isMap(metadata) && isMap(metadata['capabilities']);
    if (!isValid || (state !== undefined && state !== 'wedged')) return { status: 400, body: { error: 'heartbeat' } };
    return this.registered.has(id)
      ? { status: 200, body: { status: 'ok' } }
      : { status: 404, body: { error: 'not found' } };
  }

  updateCard(id: string, card: unknown): Answer {
    if (!isMap(card)) return { status: 400, body: { error: 'agent_card' } };
    const known = this.registered.get(id);
    if (known) known.agent_card = card;
    return { status: 200, body: { status: 'ok' } };
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
