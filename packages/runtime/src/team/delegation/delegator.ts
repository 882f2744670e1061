import { type AbortReason, type Logger, MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';
import { orAborted } from '../../support/wait.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { type Delegation, type DelegationMode, isOpen, type NewDelegation } from '../../tasks/team/delegation.js';
import type { DelegationStore } from '../../tasks/team/delegation-store.js';
import { UNOWNED } from '../../tasks/team/schema.js';
import { followPeer } from './follow-peer.js';
import { LateAnswers } from './late-answers.js';
import { childMetadata, type Lineage, lineageOf, refusalOf } from './lineage.js';
import { PeerClient } from './peer-client.js';
import type { DelegationPolicy, PeerConnection } from './peer-connection.js';
import { isReachable, type PeerDirectory, type TeamPeer } from './team-peer.js';
import { watchParent } from './watch-parent.js';

/** A delegation that is refused or impossible. The message is for the model. */
class DelegationError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.DelegationError';
  readonly code = 'DELEGATION_REFUSED' satisfies ErrorCode;
}

/** The peers as seen from this workspace, and how to reach them. */
export interface PeerAccess {
  /** This workspace's id. */
  readonly ownId: string;
  readonly directory: PeerDirectory;
  /** Connects to a peer without an address; absent without a platform. */
  readonly throughPlatform?: (peerId: string) => PeerConnection;
}

export interface DelegatorOptions {
  readonly store: DelegationStore;
  readonly log: TaskLog;
  readonly peers: PeerAccess;
  readonly policy: DelegationPolicy;
  /** Reads the files that are sent with each task to a child of this workspace. */
  readonly sharedFiles: () => Promise<NewDelegation['files']>;
  /** Called with each delegation when it ends. */
  readonly onEnded?: (delegation: Delegation) => void;
  /** Delivers the answer of a delegation of mode `later` after its turn has ended. */
  readonly onLateAnswer: (delegation: Delegation) => Promise<void>;
  readonly logger: Logger;
}

export interface DelegationRequest {
  readonly parentTask: string;
  /** The owner of that task. */
  readonly owner: string;
  readonly peerId: string;
  readonly text: string;
  readonly mode: DelegationMode;
  /** The signal of the delegating turn. */
  readonly signal: AbortSignal;
}

interface LiveDelegation {
  readonly controller: AbortController;
  /** The delegation at its end, or at a shutdown. */
  readonly ended: Promise<Delegation>;
  /** Settles after that, and after a late answer was delivered. */
  readonly delivered: Promise<unknown>;
}

/**
 * Delegates tasks to peers and returns their answers. A delegation is recorded before it is sent, and every attempt has the
 * same message id, so that a peer runs it once. After a crash the restarted process finds its delegations in the records.
 */
export class Delegator {
  readonly #options: DelegatorOptions;
  readonly #live = new Map<string, LiveDelegation>();
  readonly #clients = new Map<string, PeerClient>();
  readonly #late: LateAnswers;
  #stopped = false;

  constructor(options: DelegatorOptions) {
    this.#options = options;
    this.#late = new LateAnswers(options);
  }

  /**
   * In mode `wait`, resolves when the peer's task has ended in any way. In mode `later`, resolves once the delegation is
   * recorded and being sent.
   *
   * @throws {DelegationError} for an unknown peer, a chain that is too long, or a cycle
   * @throws the signal's reason, if it is aborted while waiting; a cancel is passed on to the peer
   */
  async delegate(request: DelegationRequest): Promise<Delegation> {
    const { parentTask, owner, text, mode, signal } = request;
    signal.throwIfAborted();
    const peer = await this.#find(request.peerId);
    const refusal = refusalOf(await this.#lineage(parentTask), this.#options.peers.ownId, peer.id);
    if (refusal !== undefined) throw new DelegationError(refusal);
    const { id, name, url = '' } = peer;
    const { store, peers, sharedFiles } = this.#options;
    const files = url !== '' && peer.parentId === peers.ownId ? await sharedFiles() : [];
    const delegation = await store.begin({ parentTask, owner, peerId: id, peerName: name, url, text, mode, files });
    const running = this.#run(delegation, peer.token);
    if (mode === 'later') {
      this.#inBackground(running);
      return delegation;
    }
    const ended = await this.#await(delegation.id, running, signal);
    // An earlier call in mode `later` began it. Its answer is returned here and is not delivered as a message too.
    if (delegation.mode === 'later') await store.reported(delegation.id);
    return ended;
  }

  /** The current state of an owner's delegation. An answer that this returns is not delivered as a message any more. */
  async check(id: string, owner: string): Promise<Delegation | undefined> {
    const delegation = await this.#options.store.get(id);
    if (!delegation || (await this.#ownerOf(delegation)) !== owner) return undefined;
    if (!isOpen(delegation)) await this.#options.store.reported(id);
    return delegation;
  }

  /** Resumes the delegations of an earlier process. */
  async resume(): Promise<void> {
    const { store, logger } = this.#options;
    const unsettled = await store.unsettled();
    if (unsettled.length === 0) return;
    const peers = await this.#options.peers.directory.peers();
    for (const delegation of unsettled) {
      logger.info('resuming a delegation', { delegation: delegation.id, peer: delegation.peerId });
      const token = peers.find(({ id }) => id === delegation.peerId)?.token;
      this.#inBackground(this.#run(delegation, token));
    }
  }

  /** Stops following all delegations without canceling them: the next process resumes them. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { controller } of this.#live.values()) controller.abort(SHUTDOWN);
    await Promise.allSettled([...this.#live.values()].map(({ delivered }) => delivered));
  }

  async #find(peerId: string): Promise<TeamPeer> {
    const peers = await this.#options.peers.directory.peers();
    const peer = peers.find(({ id }) => id === peerId) ?? peers.find(({ name }) => name === peerId);
    if (peer && isReachable(peer)) return peer;
    const known = peers.filter(isReachable).map(({ id, name }) => `${id} (${name})`);
    throw new DelegationError(
      `There is no peer "${peerId}" to delegate to. ${known.length > 0 ? `Known peers: ${known.join(', ')}.` : 'There are no peers.'}`,
    );
  }

  /** A delegation that was recorded before delegations had owners belongs to the owner of its task. */
  async #ownerOf({ owner, parentTask }: Delegation): Promise<string | undefined> {
    return owner === UNOWNED ? (await this.#options.log.read.head(parentTask))?.owner : owner;
  }

  async #lineage(parentTask: string): Promise<Lineage> {
    const input = await this.#options.log.read.input(parentTask);
    return lineageOf(input?.metadata ?? {}, input?.userInput);
  }

  #run(delegation: Delegation, token: string | undefined): Promise<Delegation> {
    const live = this.#live.get(delegation.id);
    if (live) return live.ended;
    const controller = new AbortController();
    if (this.#stopped) controller.abort(SHUTDOWN);
    const ended = this.#follow(delegation, token, controller);
    const delivered = ended
      .then((now) => this.#late.deliver(now, controller.signal))
      .finally(() => this.#live.delete(delegation.id));
    this.#live.set(delegation.id, { controller, ended, delivered });
    this.#inBackground(delivered);
    return ended;
  }

  async #follow(delegation: Delegation, token: string | undefined, controller: AbortController): Promise<Delegation> {
    const { store, log, peers, policy, logger } = this.#options;
    const { signal } = controller;
    if (!isOpen(delegation)) return delegation;
    const stopWatching = await watchParent(log, delegation, () => controller.abort(CANCELED), logger);
    try {
      const metadata = childMetadata(await this.#lineage(delegation.parentTask), peers.ownId);
      const ended = await followPeer({
        files: await store.files(delegation.id),
        delegation,
        metadata,
        peer: this.#connection(delegation, token),
        store,
        policy,
        signal,
        logger: logger.child({ delegation: delegation.id, peer: delegation.peerId }),
      });
      if (!isOpen(ended)) this.#options.onEnded?.(ended);
      return ended;
    } finally {
      stopWatching();
    }
  }

  #connection({ url, peerId, peerName }: Delegation, token: string | undefined): PeerConnection {
    if (url !== '') return this.#client(url, token);
    const { throughPlatform } = this.#options.peers;
    return throughPlatform?.(peerId) ?? withoutPlatform(peerName);
  }

  #client(url: string, token: string | undefined): PeerClient {
    const client = this.#clients.get(url) ?? new PeerClient(url, token);
    this.#clients.set(url, client);
    return client;
  }

  async #await(id: string, running: Promise<Delegation>, signal: AbortSignal): Promise<Delegation> {
    try {
      return await orAborted(running, signal);
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      this.#inBackground(running);
      const { code } = (signal.reason ?? {}) as Partial<AbortReason>;
      if (code === 'canceled' || code === 'deadline') this.#live.get(id)?.controller.abort(CANCELED);
      throw error;
    }
  }

  #inBackground(running: Promise<Delegation>): void {
    running.catch((error: unknown) => {
      if (!this.#stopped) this.#options.logger.error('a delegation could not be followed', { error });
    });
  }
}

/** The connection for a delegation through a platform that is no longer configured. */
function withoutPlatform(peerName: string): PeerConnection {
  const refuse = () => {
    throw new DelegationError(`${peerName} is reached only through the platform, and PLATFORM_URL is no longer set.`);
  };
  return {
    pollMs: { least: 0, most: 0 },
    send: async () => refuse(),
    get: async () => refuse(),
    cancel: async () => refuse(),
  };
}

const CANCELED: AbortReason = { code: 'canceled', message: 'The delegating task no longer needs the answer.' };
const SHUTDOWN: AbortReason = { code: 'shutdown', message: 'The server is stopping.' };
