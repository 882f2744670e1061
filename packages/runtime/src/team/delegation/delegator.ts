import type { AbortReason } from '@molecule/adapters';
import { orAborted } from '../../support/wait.js';
import { type Delegation, type DelegationMode, isOpen } from '../../tasks/team/delegation.js';
import { UNOWNED } from '../../tasks/team/schema.js';
import { DelegationError } from './delegation-error.js';
import type { DelegatorOptions } from './delegator-options.js';
import { FollowedDelegations } from './followed-delegations.js';
import { lineageOfTask, refusalOf } from './lineage.js';
import { isReachable, type TeamPeer } from './team-peer.js';

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

/**
 * Delegates tasks to peers and returns their answers. A delegation is recorded before it is sent, and every attempt has the
 * same message id, so that a peer runs it once. After a crash the restarted process finds its delegations in the records.
 */
export class Delegator {
  readonly #options: DelegatorOptions;
  readonly #followed: FollowedDelegations;

  constructor(options: DelegatorOptions) {
    this.#options = options;
    this.#followed = new FollowedDelegations(options);
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
    const refusal = refusalOf(await lineageOfTask(this.#options.log, parentTask), this.#options.peers.ownId, peer.id);
    if (refusal !== undefined) throw new DelegationError(refusal);
    const { id, name, url = '' } = peer;
    const { store, boots, peers, sharedFiles } = this.#options;
    const files = url !== '' && peer.parentId === peers.ownId ? await sharedFiles() : [];
    const delegation = await store.begin({
      parentTask,
      owner,
      peerId: id,
      peerName: name,
      url,
      text,
      mode,
      files,
      follower: boots.id,
      // The platform has its own record of a delegation that it carried out itself.
      isReported: peers.throughPlatform !== undefined && url !== '',
    });
    const running = this.#followed.run(delegation, peer.token);
    if (mode === 'later') {
      this.#followed.inBackground(running);
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

  /** Follows the delegations of processes that have ended, now and from time to time. */
  start(): Promise<void> {
    return this.#followed.start();
  }

  /** Stops following all delegations without canceling them: another process, or the next one, resumes them. */
  stop(): Promise<void> {
    return this.#followed.stop();
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

  async #await(id: string, running: Promise<Delegation>, signal: AbortSignal): Promise<Delegation> {
    try {
      return await orAborted(running, signal);
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      this.#followed.inBackground(running);
      const { code } = (signal.reason ?? {}) as Partial<AbortReason>;
      if (code === 'canceled' || code === 'deadline') this.#followed.cancel(id);
      throw error;
    }
  }
}
