import type { Peer } from '@molecule/adapters';

/** A workspace to which tasks can be delegated. */
export interface TeamPeer extends Peer {
  /** The peer's parent workspace, as the platform reports it. A peer of `config.yaml` is always a child. */
  readonly parentId?: string;
  /** The number of its running tasks, as the platform reports it. */
  readonly activeTasks?: number;
  /** True if the peer has no address for this workspace, so that tasks go through the platform. */
  readonly throughPlatform?: boolean;
  /** True if the peer answers a message that is sent again from its first task. */
  readonly answersRepeats?: boolean;
  /** The token that the peer requires. Never this workspace's token for the platform. */
  readonly token?: string;
}

/** The peers to which tasks can be delegated. */
export interface PeerDirectory {
  /** The current peers. Never fails: peers that cannot be read are logged and left out. */
  peers(): Promise<readonly TeamPeer[]>;
}

/** True if a task can be sent to the peer. */
export function isReachable({ url, throughPlatform }: TeamPeer): boolean {
  return throughPlatform === true || (url !== undefined && url !== '');
}
