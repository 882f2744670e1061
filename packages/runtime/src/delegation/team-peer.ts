import type { Peer } from '@molecule/adapters';

/** A workspace that tasks can be handed to. */
export interface TeamPeer extends Peer {
  /** The workspace above it, as the platform tells; one of `config.yaml` is always a child. */
  readonly parentId?: string;
  /** How many tasks it works on, as the platform tells. */
  readonly activeTasks?: number;
  /** True: it has no address of its own for us; tasks are handed to the platform, which hands them on. */
  readonly throughPlatform?: boolean;
  /** What it asks of its callers. Never the workspace's own token of the platform. */
  readonly token?: string;
}

/** Who there is to delegate to. */
export interface PeerDirectory {
  /** Asks anew each time. Never fails: what cannot be asked is told in the log and left out. */
  peers(): Promise<readonly TeamPeer[]>;
}

/** Whether there is a way to hand it a task. */
export function isReachable({ url, throughPlatform }: TeamPeer): boolean {
  return throughPlatform === true || (url !== undefined && url !== '');
}
