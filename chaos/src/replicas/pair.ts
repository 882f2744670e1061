import type { AgentProcess } from '../agent.ts';
import type { Subject } from '../subjects/subject.ts';
import type { StoredTasks } from './stored-tasks.ts';

/** Two replicas of one agent, with a state directory each, one database and one Temporal. */
export interface Pair extends AsyncDisposable {
  readonly subject: Subject;
  /** The one that is struck. */
  readonly first: AgentProcess;
  readonly second: AgentProcess;
  readonly temporal: RestartableTemporal;
  readonly stored: StoredTasks;
  /** What can be done to the first replica's network. */
  readonly network: Network;
}

export interface RestartableTemporal {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** The servers that the replicas use. */
export type Server = 'database' | 'temporal';

/** The network between the first replica and the servers. */
export interface Network {
  /**
   * Cuts the first replica off servers.
   *
   * @param lost what does not arrive any more: everything, what the replica sends, or what it is sent. Default: everything.
   */
  cut(servers: readonly Server[], lost?: 'all' | 'requests' | 'answers'): Promise<void>;
  mend(): Promise<void>;
}
