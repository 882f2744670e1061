import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Answer, FakeDelegations } from './fake-delegations.js';

/** A call that reached the platform, with the status of its answer. */
interface PlatformCallRecord {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
  readonly status: number;
}

/** A peer as the platform lists it. */
interface PlatformPeer {
  readonly id: string;
  readonly name: string;
  /** Null for a peer that is reached only through the platform. */
  readonly url: string | null;
  readonly parent_id: string | null;
  readonly agent_card?: unknown;
}

/** The platform's contract over real HTTP: its authentication, its checks and its peculiarities. */
export interface FakePlatform extends AsyncDisposable {
  readonly url: string;
  readonly calls: PlatformCallRecord[];
  readonly registered: Map<string, { url: string; agent_card: Record<string, unknown> }>;
  readonly tokens: Map<string, string>;
  peers: readonly PlatformPeer[];
  instructions: string;
  /** The files that every workspace shares with its children. The real platform still lets only the owner read them. */
  sharedContext: readonly { readonly path: string; readonly content: string }[] | undefined;
  /** The decision of every approval at its first query. */
  decision: 'approved' | 'denied' | 'pending';
  /** If true, connections are closed without an answer. */
  down: boolean;
  /** If not 0, every call is answered with 429 and this Retry-After. */
  retryAfterSeconds: number;
  /** The next call of this kind gets no answer: its connection stays open, and the platform has done it, or has not. */
  hang: { readonly path: string; readonly isDone: boolean } | undefined;
  /** True once such a call has arrived. */
  hasHung: boolean;
  readonly delegations: FakeDelegations;
  /** Forgets every workspace, as the platform does after 180 s without contact. */
  forget(): void;
  of(path: string): readonly PlatformCallRecord[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
const REFUSED_HOST = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1|169\.254\.)/;
const ACTIVITIES = ['a2a_send', 'a2a_receive', 'task_update', 'agent_log', 'skill_promotion', 'memory_write', 'error'];
const SCOPES = ['LOCAL', 'TEAM', 'GLOBAL'];

export async function startFakePlatform(): Promise<FakePlatform> {
  const sockets = new Set<Socket>();
  const state = new PlatformState();
  const server = createServer((request, response) => void state.serve(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

class PlatformState {
  url = '';
  readonly calls: PlatformCallRecord[] = [];
  readonly registered = new Map<string, { url: string; agent_card: Record<string, unknown> }>();
  readonly tokens = new Map<string, string>();
  readonly #alive = new Set<string>();
  readonly #approvals: { id: string; status: string }[] = [];
  readonly #memories: Record<string, unknown>[] = [];
  peers: readonly PlatformPeer[] = [];
  instructions = '';
  sharedContext: FakePlatform['sharedContext'];
  decision: FakePlatform['decision'] = 'approved';
  down = false;
  retryAfterSeconds = 0;
  hang: FakePlatform['hang'];
  hasHung = false;
  readonly #activities: Record<string, unknown>[] = [];
  readonly delegations = new FakeDelegations();

  forget(): void {
    this.#alive.clear();
  }

  of(path: string): readonly PlatformCallRecord[] {
    return this.calls.filter((call) => call.path === path);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://platform');
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const { authorization } = request.headers;
    const method = request.method ?? 'GET';
    const hangs = method === 'POST' && this.hang !== undefined && path.endsWith(this.hang.path);
    if (hangs) {
      const isDone = this.hang?.isDone;
      this.hang = undefined;
      this.hasHung = true;
      if (isDone)
        this.calls.push({
          method,
          path,
          authorization,
          body,
          status: this.#answer(method, path, authorization, body).status,
        });
      return;
    }
    const listsActivities = method === 'GET' && path.endsWith('/activity') && !searchParams.has('type');
    if (listsActivities) return void response.writeHead(200).end(JSON.stringify(this.#activities));
    const {
      status,
      body: reply,
      headers,
    }: Answer = this.down ? { status: 0, body: '' } : this.#answer(method, path, authorization, body);
    this.calls.push({ method, path, authorization, body, status });
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(reply));
  }

  #answer(method: string, path: string, authorization: string | undefined, body: Record<string, unknown>): Answer {
    if (this.retryAfterSeconds > 0) {
      const headers = { 'retry-after': String(this.retryAfterSeconds) };
      return { status: 429, body: { error: 'rate limit exceeded' }, headers };
    }
    const [area, id = '', ...rest] = path.split('/').slice(1);
    const what = `${method} ${area === 'registry' && rest.length === 0 ? `registry/${id}` : [area, ...rest].join('/')}`;
    const workspace = area === 'registry' && rest.length === 0 ? String(body['id'] ?? body['workspace_id']) : id;
    if (!UUID.test(workspace)) return { status: 500, body: { error: 'invalid input syntax for type uuid' } };
    const token = this.tokens.get(workspace);
    const allowed = token !== undefined && authorization === `Bearer ${token}`;
    // Scheme B: a workspace that has a token must send it. Below /workspaces only the public row needs none.
    const strict = area === 'workspaces' && rest.length > 0;
    if (what === 'GET workspaces/shared-context' && this.sharedContext) return ok(this.sharedContext);
    if (strict ? !allowed : token !== undefined && !allowed && what !== 'GET workspaces') {
      return { status: 401, body: { error: 'unauthorized' } };
    }
    return this.#serveCall(what, workspace, body);
  }

  #serveCall(what: string, workspace: string, body: Record<string, unknown>): Answer {
    switch (what) {
      case 'POST registry/register':
        return this.#register(workspace, body);
      case 'POST registry/heartbeat':
        return this.#heartbeat(workspace, body);
      case 'POST registry/update-card':
        return isMap(body['agent_card']) ? this.#updateCard(workspace, body['agent_card']) : invalid('agent_card');
      case 'GET registry/peers':
        return ok(
          this.peers.map((peer) => ({
            role: null,
            tier: 1,
            status: 'online',
            agent_card: null,
            active_tasks: 0,
            ...peer,
          })),
        );
      case 'GET workspaces':
        return ok({ id: workspace, name: 'A row', status: this.#alive.has(workspace) ? 'online' : 'offline' });
      case 'GET workspaces/instructions/resolve':
        return ok({ workspace_id: workspace, instructions: this.instructions });
      case 'POST workspaces/notify':
        return typeof body['message'] === 'string' ? ok({ status: 'sent' }) : invalid('message');
      case 'POST workspaces/delegate':
        return this.delegations.delegate(workspace, body);
      case 'GET workspaces/delegations':
        return this.delegations.list(workspace);
      case 'GET workspaces/activity':
        return this.delegations.records(workspace);
      case 'POST workspaces/activity':
        if (body['source_id'] && body['source_id'] !== workspace) return { status: 403, body: { error: 'source_id' } };
        if (!ACTIVITIES.includes(String(body['activity_type']))) return invalid('activity_type');
        this.#activities.unshift(body);
        return ok({ status: 'logged' });
      case 'POST workspaces/checkpoints':
        return Number.isInteger(body['step_index']) ? { status: 201, body: {} } : invalid('step_index');
      case 'POST workspaces/memories':
        if (!SCOPES.includes(String(body['scope']))) return invalid('scope');
        this.#memories.unshift(body);
        return { status: 201, body: { id: 'memory-1', scope: body['scope'], namespace: body['namespace'] } };
      case 'GET workspaces/memories':
        return ok(this.#memories);
      case 'POST workspaces/approvals':
        this.#approvals.push({ id: `approval-${this.#approvals.length + 1}`, status: 'pending' });
        return { status: 201, body: { approval_id: this.#approvals.at(-1)?.id, status: 'pending' } };
      case 'GET workspaces/approvals':
        for (const approval of this.#approvals) approval.status = this.decision;
        return ok(this.#approvals);
      default:
        return { status: 404, body: { error: `nothing at ${what}` } };
    }
  }

  #register(id: string, { url, agent_card: card }: Record<string, unknown>): Answer {
    if (typeof url !== 'string' || !URL.canParse(url) || REFUSED_HOST.test(new URL(url).hostname))
      return invalid('url');
    if (!isMap(card) || typeof card['url'] !== 'string') return invalid('agent_card');
    this.registered.set(id, { url, agent_card: card });
    this.#alive.add(id);
    if (this.tokens.has(id)) return ok({ status: 'registered' });
    this.tokens.set(id, randomBytes(32).toString('base64url'));
    return ok({ status: 'registered', auth_token: this.tokens.get(id) });
  }

  #heartbeat(id: string, body: Record<string, unknown>): Answer {
    const numbers = ['error_rate', 'active_tasks', 'uptime_seconds'].every((name) => typeof body[name] === 'number');
    const texts = ['sample_error', 'current_task'].every((name) => typeof body[name] === 'string');
    const metadata = body['runtime_metadata'];
    const state = body['runtime_state'];
    if (state !== undefined && state !== 'wedged') return invalid('runtime_state');
    if (!numbers || !texts || !isMap(metadata) || !isMap(metadata['capabilities'])) return invalid('heartbeat');
    return this.registered.has(id) ? ok({ status: 'ok' }) : { status: 404, body: { error: 'not found' } };
  }

  #updateCard(id: string, card: Record<string, unknown>): Answer {
    const known = this.registered.get(id);
    if (known) known.agent_card = card;
    return ok({ status: 'ok' });
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function invalid(what: string): Answer {
  return { status: 400, body: { error: `invalid ${what}` } };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
