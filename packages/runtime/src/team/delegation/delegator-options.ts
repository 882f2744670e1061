import type { Logger } from '@molecule/adapters';
import type { Boots } from '../../tasks/boots.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { Delegation, NewDelegation } from '../../tasks/team/delegation.js';
import type { DelegationStore } from '../../tasks/team/delegation-store.js';
import type { DelegationPolicy, PeerConnection } from './peer-connection.js';
import type { PeerDirectory } from './team-peer.js';

/** The peers as seen from this workspace, and how to reach them. */
export interface PeerAccess {
  /** This workspace's id. */
  readonly ownId: string;
  readonly directory: PeerDirectory;
  /** Connects to a peer without an address; absent without a platform. */
  readonly throughPlatform?: (peerId: string) => PeerConnection;
  /** Connects to a peer of the platform by whatever way works. @param direct a connection to an address */
  readonly routed?: (peerId: string, url: string, direct: (url: string) => PeerConnection) => PeerConnection;
}

export interface DelegatorOptions {
  readonly store: DelegationStore;
  readonly boots: Boots;
  readonly log: TaskLog;
  readonly peers: PeerAccess;
  readonly policy: DelegationPolicy;
  /** Reads the files that are sent with each task to a child of this workspace. */
  readonly sharedFiles: () => Promise<NewDelegation['files']>;
  /** Delivers the answer of a delegation of mode `later` after its turn has ended. */
  readonly onLateAnswer: (delegation: Delegation) => Promise<void>;
  readonly logger: Logger;
}
