import { type AbortReason, type Logger, MoleculeError } from '@molecule/adapters';
import type { TaskLog } from '../task-log/task-log.js';
import {
  type Delegation,
  type DelegationMode,
  type DelegationStore,
  isOpen,
  type NewDelegation,
} from './delegation-store.js';
import { followPeer } from './follow-peer.js';
import { LateAnswers } from './late-answers.js';
import { childMetadata, type Lineage, lineageOf, refusalOf } from './lineage.js';
import { PeerClient } from './peer-client.js';
import type { PeerConnection } from './peer-connection.js';
import { isReachable, type PeerDirectory, type TeamPeer } from './team-peer.js';
import { watchParent } from './watch-parent.js';

/** A delegation that may not or cannot be begun; its message is for the model. */
class DelegationError extends MoleculeError {
  override readonly name = 'DelegationError';
  readonly code = 'DELEGATION_REFUSED';
}

export interface DelegatorOptions {
  readonly store: DelegationStore;
  readonly log: TaskLog;
  readonly directory: PeerDirectory;
  /** The way to a peer that has no address of its own; absent: there is no platform. */
  readonly throughPlatform?: (peerId: string) => PeerConnection;
  /** This workspace's id. */
  readonly ownId: string;
  /** How often a peer is asked, what lies between, and how long one of these attempts may take; milliseconds. */
  readonly policy: { readonly attempts: number; readonly delayMs: number; readonly timeoutMs: number };
  /** What goes with each task to a workspace below this one, as it is now. */
  readonly sharedFiles: () => Promise<NewDelegation['files']>;
  /** Told of each delegation when it ends. */
  readonly onEnded?: (delegation: Delegation) => void;
  /** Told of each delegation of mode `later` that has ended while nobody waited for it. */
  readonly onLateAnswer: (delegation: Delegation) => Promise<void>;
  readonly logger: Logger;
}

export interface DelegationRequest {
  /** Empty: the call belongs to no task. */
  readonly parentTask: string;
  readonly peerId: string;
  readonly text: string;
  readonly mode: DelegationMode;
  /** Of the delegating turn. */
  readonly signal: AbortSignal;
}

interface LiveDelegation {
  readonly controller: AbortController;
  /** The delegation as it ended, or as it was left at a shutdown. */
  readonly ended: Promise<Delegation>;
  /** After that, and after the agent was told of an answer that nobody waits for. */
  readonly told: Promise<unknown>;
}

/**
 * Hands tasks to peers and brings their answers back. What is handed over is recorded first and sent under one message id
 * however often it is tried, so that a peer does it once; whatever dies, the restarted process finds the task again.
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
   * Mode `wait`: resolves when the peer has ended, however it did. Mode `later`: once it is recorded and on its way.
   *
   * @throws {DelegationError} for an unknown peer, a chain that is too long, or a circle
   * @throws the signal's reason, when it is aborted while waiting; a cancel reaches the peer
   */
  async delegate(request: DelegationRequest): Promise<Delegation> {
    const { text, mode, signal } = request;
    // Calls that belong to no task have nothing in common: none may be answered with another's answer.
    const parentTask = request.parentTask || crypto.randomUUID();
    signal.throwIfAborted();
    const peer = await this.#find(request.peerId);
    const refusal = refusalOf(await this.#lineage(parentTask), this.#options.ownId, peer.id);
    if (refusal !== undefined) throw new DelegationError(refusal);
    const { id, name, url = '' } = peer;
    const { store, ownId, sharedFiles } = this.#options;
    const files = url !== '' && peer.parentId === ownId ? await sharedFiles() : [];
    const delegation = await store.begin({ parentTask, peerId: id, peerName: name, url, text, mode, files });
    const running = this.#run(delegation, peer.token);
    if (mode === 'later') {
      this.#inBackground(running);
      return delegation;
    }
    const ended = await this.#await(delegation.id, running, signal);
    // It was begun by a call that did not wait; now its answer is told, and need not come as a message as well.
    if (delegation.mode === 'later') await store.reported(delegation.id);
    return ended;
  }

  /** A delegation as it stands; its answer counts as told once it has ended. */
  async check(id: string): Promise<Delegation | undefined> {
    const delegation = await this.#options.store.get(id);
    if (delegation && !isOpen(delegation)) await this.#options.store.reported(id);
    return delegation;
  }

  /** Goes on with what an earlier process began. */
  async resume(): Promise<void> {
    const { store, directory, logger } = this.#options;
    const unsettled = await store.unsettled();
    if (unsettled.length === 0) return;
    const peers = await directory.peers();
    for (const delegation of unsettled) {
      logger.info('a delegation is taken up again', { delegation: delegation.id, peer: delegation.peerId });
      const token = peers.find(({ id }) => id === delegation.peerId)?.token;
      this.#inBackground(this.#run(delegation, token));
    }
  }

  /** Lets go of everything, and cancels nothing: the next process goes on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { controller } of this.#live.values()) controller.abort(SHUTDOWN);
    await Promise.allSettled([...this.#live.values()].map(({ told }) => told));
  }

  async #find(peerId: string): Promise<TeamPeer> {
    const peers = await this.#options.directory.peers();
    const peer = peers.find(({ id }) => id === peerId) ?? peers.find(({ name }) => name === peerId);
    if (peer && isReachable(peer)) return peer;
    const known = peers.filter(isReachable).map(({ id, name }) => `${id} (${name})`);
    throw new DelegationError(
      `There is no peer "${peerId}" to delegate to. ${known.length > 0 ? `There are: ${known.join(', ')}.` : 'There are none at all.'}`,
    );
  }

  async #lineage(parentTask: string): Promise<Lineage> {
    const record = await this.#options.log.read.get(parentTask);
    return lineageOf(record?.input.metadata ?? {}, record?.input.userInput);
  }

  #run(delegation: Delegation, token: string | undefined): Promise<Delegation> {
    const live = this.#live.get(delegation.id);
    if (live) return live.ended;
    const controller = new AbortController();
    if (this.#stopped) controller.abort(SHUTDOWN);
    const ended = this.#follow(delegation, token, controller);
    const told = ended
      .then((now) => this.#late.tell(now, controller.signal))
      .finally(() => this.#live.delete(delegation.id));
    this.#live.set(delegation.id, { controller, ended, told });
    this.#inBackground(told);
    return ended;
  }

  async #follow(delegation: Delegation, token: string | undefined, controller: AbortController): Promise<Delegation> {
    const { store, log, ownId, policy, logger } = this.#options;
    const { signal } = controller;
    if (!isOpen(delegation)) return delegation;
    const stopWatching = await watchParent(log, delegation, () => controller.abort(CANCELED), logger);
    try {
      const metadata = childMetadata(await this.#lineage(delegation.parentTask), ownId);
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
    const { throughPlatform } = this.#options;
    return throughPlatform?.(peerId) ?? nowhere(peerName);
  }

  #client(url: string, token: string | undefined): PeerClient {
    const client = this.#clients.get(url) ?? new PeerClient(url, token);
    this.#clients.set(url, client);
    return client;
  }

  async #await(id: string, running: Promise<Delegation>, signal: AbortSignal): Promise<Delegation> {
    let onAbort = () => {};
    const aborted = new Promise<'aborted'>((resolve) => {
      onAbort = () => resolve('aborted');
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      const outcome = await Promise.race([running, aborted]);
      if (outcome !== 'aborted') return outcome;
      this.#inBackground(running);
      const { code } = (signal.reason ?? {}) as Partial<AbortReason>;
      if (code === 'canceled' || code === 'deadline') this.#live.get(id)?.controller.abort(CANCELED);
      throw signal.reason;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #inBackground(running: Promise<Delegation>): void {
    running.catch((error: unknown) => {
      if (!this.#stopped) this.#options.logger.error('a delegation could not be followed', { error });
    });
  }
}

/** A delegation through the platform that was begun when there was one. */
function nowhere(peerName: string): PeerConnection {
  const refuse = () => {
    throw new DelegationError(
      `${peerName} is reached through the platform only, and PLATFORM_URL is not set any more.`,
    );
  };
  return {
    pollMs: { least: 0, most: 0 },
    send: async () => refuse(),
    get: async () => refuse(),
    cancel: async () => refuse(),
  };
}

const CANCELED: AbortReason = { code: 'canceled', message: 'The delegating task does not want the answer any more.' };
const SHUTDOWN: AbortReason = { code: 'shutdown', message: 'The server stops.' };
