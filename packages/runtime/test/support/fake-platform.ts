import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { FakeActivities } from './fake-activities.js';
import { FakeApprovals } from './fake-approvals.js';
import { type Asked, askedIn } from './fake-call.js';
import { FakeChatFiles } from './fake-chat-files.js';
import { type Answer, FakeDelegations } from './fake-delegations.js';
import { FakeProxy, type ProxiedParams } from './fake-proxy.js';
import { FakeRegistry, type ListedPeer } from './fake-registry.js';

/** A call that reached the platform, with the status of its answer. */
interface PlatformCallRecord {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
  readonly status: number;
}

/** The platform's contract over real HTTP: its authentication, its checks and its peculiarities. */
export type FakePlatform = PlatformState & AsyncDisposable;

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
const SCOPES = ['LOCAL', 'TEAM', 'GLOBAL'];
/** Calls that pass without the id of the organization. Source: `tenant_guard.go`. */
const WITHOUT_TENANT = ['/health', '/registry/register', '/registry/heartbeat'];

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
  readonly registry = new FakeRegistry();
  readonly approvals = new FakeApprovals();
  readonly activities = new FakeActivities();
  readonly delegations = new FakeDelegations();
  readonly files = new FakeChatFiles();
  readonly proxy: FakeProxy = new FakeProxy(this.activities, {
    url: (id) => this.delegations.reach.get(id) ?? this.registered.get(id)?.url,
    polls: (id) => this.registry.polling.has(id),
  });
  readonly #memories: Record<string, unknown>[] = [];
  instructions = '';
  /** The files that every workspace shares with its children. The real platform still lets only the owner read them. */
  sharedContext: readonly { readonly path: string; readonly content: string }[] | undefined;
  /** If true, connections are closed without an answer. */
  down = false;
  /** If true, its database is away: 401 below a workspace, 500 for its heartbeat. Source: `WorkspaceAuth`, `requireWorkspaceToken`. */
  ill = false;
  /** If not empty, it serves one organization: other calls get 404. Source: `tenant_guard.go`. */
  organization = '';
  /** If not 0, every call is answered with 429 and this Retry-After. */
  retryAfterSeconds = 0;
  /** The next call of this kind gets no answer: its connection stays open, and the platform has done it, or has not. */
  hang: { readonly path: string; readonly isDone: boolean } | undefined;
  /** True once such a call has arrived. */
  hasHung = false;

  get registered() {
    return this.registry.registered;
  }

  get tokens() {
    return this.registry.tokens;
  }

  get peers(): readonly ListedPeer[] {
    return this.registry.peers;
  }

  set peers(peers: readonly ListedPeer[]) {
    this.registry.peers = peers;
  }

  /** The decision of every approval at its first query. */
  set decision(decision: FakeApprovals['decision']) {
    this.approvals.decision = decision;
  }

  /** Forgets every workspace, as the platform does after 180 s without contact. */
  forget(): void {
    this.registry.forget();
  }

  of(path: string): readonly PlatformCallRecord[] {
    return this.calls.filter((call) => call.path === path);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await askedIn(request);
    const { method, path, headers, body } = asked;
    const { authorization } = headers;
    if (method === 'POST' && this.hang !== undefined && path.endsWith(this.hang.path)) {
      const { isDone } = this.hang;
      this.hang = undefined;
      this.hasHung = true;
      const done = isDone && (await this.#answer(asked));
      if (done) this.calls.push({ method, path, authorization, body, status: done.status });
      return;
    }
    const answer: Answer = this.down ? { status: 0, body: '' } : await this.#answer(asked);
    const { status, body: reply } = answer;
    this.calls.push({ method, path, authorization, body, status });
    if (status === 0) request.socket.destroy();
    else if (Buffer.isBuffer(reply)) response.writeHead(status, answer.headers).end(reply);
    else
      response.writeHead(status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(reply));
  }

  async #answer(asked: Asked): Promise<Answer> {
    const { what, path, workspace, headers } = asked;
    if (this.retryAfterSeconds > 0) {
      const after = { 'retry-after': String(this.retryAfterSeconds) };
      return { status: 429, body: { error: 'rate limit exceeded' }, headers: after };
    }
    if (path === '/health') return ok({ status: 'ok' });
    // Its edge also wants its own address as the origin. Source: `client.py` of the SDK, `server.ts` of the channel plugin.
    const isOwn = headers['x-molecule-org-id'] === this.organization && headers.origin === this.url;
    const isTenant = isOwn || WITHOUT_TENANT.includes(path);
    if (this.organization !== '' && !isTenant) return { status: 404, body: { error: 'not found' } };
    const caller = headers['x-workspace-id'];
    const acting = what === 'POST workspaces/a2a' || what === 'GET registry/discover' ? String(caller) : workspace;
    if (!UUID.test(workspace)) return { status: 500, body: { error: 'invalid input syntax for type uuid' } };
    const token = this.tokens.get(acting);
    const allowed = token !== undefined && headers.authorization === `Bearer ${token}`;
    // Scheme B: a workspace that has a token must send it. Below /workspaces only the public row needs none.
    const strict = what.includes(' workspaces/') && what !== 'POST workspaces/a2a';
    if (this.ill) return this.#answerIll(strict, what);
    if (what === 'GET workspaces/shared-context' && this.sharedContext) return ok(this.sharedContext);
    if (strict ? !allowed : token !== undefined && !allowed && what !== 'GET workspaces') {
      return { status: 401, body: { error: 'unauthorized' } };
    }
    return this.#serveCall(asked);
  }

  #answerIll(strict: boolean, what: string): Answer {
    return strict
      ? { status: 401, body: { error: 'invalid workspace auth token' } }
      : { status: 500, body: { error: `${what} failed` } };
  }

  #serveCall({ what, workspace, id, body, bytes, query, headers }: Asked): Answer | Promise<Answer> {
    switch (what) {
      case 'POST registry/register':
        return this.registry.register(workspace, body);
      case 'POST registry/heartbeat':
        void this.proxy.drain(workspace);
        return this.registry.heartbeat(workspace, body);
      case 'POST registry/update-card':
        return this.registry.updateCard(workspace, body['agent_card']);
      case 'GET registry/peers':
        return this.registry.listPeers();
      case 'GET registry/discover':
        return this.registry.discover(workspace, headers['x-workspace-id']?.toString());
      case 'POST workspaces/a2a':
        return this.proxy.send(workspace, body['params'] as ProxiedParams, headers['x-workspace-id']?.toString());
      case 'GET workspaces':
        return this.registry.row(workspace);
      case 'GET workspaces/state':
        return this.registry.state(workspace);
      case 'GET workspaces/instructions':
        return ok({ workspace_id: workspace, instructions: this.instructions });
      case 'POST workspaces/notify':
        if (typeof body['message'] !== 'string' || body['message'] === '') return invalid('message');
        this.activities.notify(workspace, body['message'], body['attachments']);
        return ok({ status: 'sent' });
      case 'POST workspaces/delegate':
        return this.delegations.delegate(workspace, body);
      case 'GET workspaces/delegations':
        return this.delegations.list(workspace);
      case 'POST workspaces/delegations':
        return id === 'record'
          ? this.delegations.record(workspace, body)
          : this.delegations.update(workspace, id, body);
      case 'GET workspaces/activity':
        return query.get('type') === 'delegation'
          ? this.delegations.records(workspace)
          : this.activities.page(workspace, query, this.registry.knowsPolling);
      case 'POST workspaces/activity': {
        const refused = this.activities.report(workspace, body);
        return refused ? { status: refused.status, body: { error: refused.error } } : ok({ status: 'logged' });
      }
      case 'POST workspaces/checkpoints':
        return Number.isInteger(body['step_index']) ? { status: 201, body: {} } : invalid('step_index');
      case 'POST workspaces/memories':
        if (!SCOPES.includes(String(body['scope']))) return invalid('scope');
        // Source: `memories.go` Commit.
        if (String(body['namespace']).length > 50) return invalid('namespace');
        this.#memories.unshift(body);
        return { status: 201, body: { id: 'memory-1', scope: body['scope'], namespace: body['namespace'] } };
      case 'GET workspaces/memories':
        return ok(this.#memories);
      case 'POST workspaces/approvals':
        return id === '' ? this.approvals.create(workspace, body) : this.approvals.decide(id, body);
      case 'GET workspaces/approvals':
        return this.approvals.list(workspace);
      case 'POST workspaces/chat':
        return this.files.upload(headers['content-type'] ?? '', bytes);
      case 'GET workspaces/pending-uploads':
        return this.files.fetchPending(id);
      case 'POST workspaces/pending-uploads':
        return this.files.acknowledge(id);
      case 'GET workspaces/chat':
        return this.files.download(query.get('path') ?? '');
      default:
        return { status: 404, body: { error: `nothing at ${what}` } };
    }
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function invalid(what: string): Answer {
  return { status: 400, body: { error: `invalid ${what}` } };
}
