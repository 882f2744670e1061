import type { AbortReason } from '@molecule/adapters';
import { pause, repeat, wallClock } from '../../support/clock.js';
import { isUuid } from '../../support/is-uuid.js';
import { BootLoss } from '../../tasks/boots.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { type Delegation, isOpen } from '../../tasks/team/delegation.js';
import { actingForTask } from './acting-for-task.js';
import type { DelegatorOptions } from './delegator-options.js';
import { followPeer } from './follow-peer.js';
import { LateAnswers } from './late-answers.js';
import { childMetadata, lineageOfTask } from './lineage.js';
import { PeerClient } from './peer-client.js';
import type { PeerConnection } from './peer-connection.js';
import { watchParent } from './watch-parent.js';
import { withoutPlatform } from './without-platform.js';

/** How often the records are read for delegations that no living process follows. */
const SWEEP_MS = 1_000;
/** How often the records are read for one that another process follows. */
const OTHER_MS = 250;

interface LiveDelegation {
  readonly controller: AbortController;
  /** The delegation at its end, or at a shutdown. */
  readonly ended: Promise<Delegation>;
  /** Settles after that, and after a late answer was delivered. */
  readonly delivered: Promise<unknown>;
}

/** A delegation at its end, or when this process stopped following it. */
interface Followed {
  readonly now: Delegation;
  /** True: this process has followed it. */
  readonly isOwn: boolean;
}

/**
 * Follows the tasks of peers until they end, and delivers late answers. One process of a workspace follows a delegation. When it has
 * ended, another one sends the same message to the peer again, which answers with the task that it has.
 */
export class FollowedDelegations {
  readonly #options: DelegatorOptions;
  readonly #live = new Map<string, LiveDelegation>();
  readonly #clients = new Map<string, PeerClient>();
  readonly #late: LateAnswers;
  readonly #loss: BootLoss;
  #stopSweeps = () => {};
  #stopped = false;

  constructor(options: DelegatorOptions) {
    this.#options = options;
    this.#late = new LateAnswers(options);
    this.#loss = new BootLoss(options.boots, () => this.#abortAll(SUPERSEDED));
  }

  /** Resolves at its end, or at a shutdown, whichever process follows it. */
  run(delegation: Delegation, token: string | undefined): Promise<Delegation> {
    const live = this.#live.get(delegation.id);
    if (live) return live.ended;
    const controller = new AbortController();
    if (this.#stopped) controller.abort(SHUTDOWN);
    else if (this.#loss.isLost) controller.abort(SUPERSEDED);
    const followed = this.#takeAndFollow(delegation, token, controller);
    const ended = followed.then(({ now }) => now);
    const delivered = followed
      .then(({ now, isOwn }) => (isOwn ? this.#late.deliver(now, controller.signal) : now))
      .finally(() => this.#live.delete(delegation.id));
    this.#live.set(delegation.id, { controller, ended, delivered });
    this.inBackground(delivered);
    return ended;
  }

  /** Cancels the peer's task, if this process follows it. One that another process follows is canceled there, with its parent. */
  cancel(id: string): void {
    this.#live.get(id)?.controller.abort(CANCELED);
  }

  /** Follows the delegations of processes that have ended, now and from time to time. */
  async start(): Promise<void> {
    await this.#sweep();
    this.#stopSweeps = repeat(wallClock, SWEEP_MS, () =>
      this.#sweep().catch((error: unknown) => {
        if (!StorageError.is(error)) this.#options.logger.error('delegations could not be resumed', { error });
      }),
    );
  }

  /** Stops following without canceling: other processes, or the next one, follow from here. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopSweeps();
    this.#abortAll(SHUTDOWN);
    await Promise.allSettled([...this.#live.values()].map(({ delivered }) => delivered));
    // Not needed: the delegations of a boot that has ended are followed by others.
    await this.#options.store.leave(this.#options.boots.id).catch(() => {});
  }

  inBackground(running: Promise<unknown>): void {
    running.catch((error: unknown) => {
      if (!this.#stopped) this.#options.logger.error('a delegation could not be followed', { error });
    });
  }

  async #sweep(): Promise<void> {
    const { store, logger, peers } = this.#options;
    if (this.#stopped || this.#loss.isLost) return;
    const free: Delegation[] = [];
    for (const each of await store.unsettled()) {
      if (!this.#live.has(each.id) && (await this.#isFree(each))) free.push(each);
    }
    if (free.length === 0) return;
    const known = await peers.directory.peers();
    for (const delegation of free) {
      logger.info('resuming a delegation', { delegation: delegation.id, peer: delegation.peerId });
      this.inBackground(this.run(delegation, known.find(({ id }) => id === delegation.peerId)?.token));
    }
  }

  async #isFree({ follower }: Delegation): Promise<boolean> {
    const { boots } = this.#options;
    return follower === undefined || follower === boots.id || !(await boots.isAlive(follower));
  }

  async #takeAndFollow(
    delegation: Delegation,
    token: string | undefined,
    controller: AbortController,
  ): Promise<Followed> {
    const { store, boots } = this.#options;
    const { signal } = controller;
    for (let now = delegation; ; ) {
      const { id: follower } = boots;
      if (signal.aborted) return { now, isOwn: false };
      if ((await this.#isFree(now)) && (await store.follow(now.id, follower, now.follower))) {
        const own = { ...now, follower };
        return { now: isOpen(own) ? await this.#follow(own, token, controller) : own, isOwn: true };
      }
      if (!isOpen(now)) return { now, isOwn: false };
      await pause(wallClock, OTHER_MS, signal);
      now = (await store.get(now.id)) ?? now;
    }
  }

  async #follow(delegation: Delegation, token: string | undefined, controller: AbortController): Promise<Delegation> {
    const { store, log, peers, policy, boots, logger } = this.#options;
    const { signal } = controller;
    const stopWatching = await watchParent(log, delegation, () => controller.abort(CANCELED), logger);
    try {
      return await followPeer({
        delegation,
        message: {
          messageId: delegation.id,
          text: delegation.text,
          files: await store.files(delegation.id),
          metadata: childMetadata(await lineageOfTask(log, delegation.parentTask), peers.ownId),
          actingFor: await actingForTask(log, delegation, peers.ownId),
        },
        peer: this.#connection(delegation, token),
        store,
        policy,
        checkBoot: () => void boots.id,
        signal,
        logger: logger.child({ delegation: delegation.id, peer: delegation.peerId }),
      });
    } finally {
      stopWatching();
    }
  }

  #connection({ url, peerId, peerName }: Delegation, token: string | undefined): PeerConnection {
    const { throughPlatform, routed } = this.#options.peers;
    // The platform knows no token of a peer, so a peer with one is not one of its own.
    if (url !== '' && (token !== undefined || !routed || !isUuid(peerId))) return this.#client(url, token);
    if (url !== '' && routed) return routed(peerId, url, (address) => this.#client(address, undefined));
    return throughPlatform?.(peerId) ?? withoutPlatform(peerName);
  }

  #client(url: string, token: string | undefined): PeerClient {
    const client = this.#clients.get(url) ?? new PeerClient(url, token);
    this.#clients.set(url, client);
    return client;
  }

  #abortAll(reason: AbortReason): void {
    for (const { controller } of this.#live.values()) controller.abort(reason);
  }
}

const CANCELED: AbortReason = { code: 'canceled', message: 'The delegating task no longer needs the answer.' };
const SHUTDOWN: AbortReason = { code: 'shutdown', message: 'The server is stopping.' };
const SUPERSEDED: AbortReason = {
  code: 'superseded',
  message: 'This process has lost its boot, so another process may follow the delegation.',
};
