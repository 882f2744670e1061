/** The owner of rows that were stored before they had an owner. */
export const UNOWNED = '';

/** One row for each task that was handed to a peer. */
export interface DelegationsTable {
  /** Also the id of the A2A message, on every attempt. */
  id: string;
  /** The owner of the delegating task, or {@link UNOWNED}. */
  owner: string;
  /** The task whose turn delegates. */
  parent_task: string;
  peer_id: string;
  peer_name: string;
  url: string;
  text: string;
  /** SHA-256 of `text`. Parent, peer, digest and ordinal together identify a delegation. */
  digest: string;
  ordinal: number;
  /** `wait`: the delegating turn waits for the answer. `later`: it does not. */
  mode: string;
  /** `pending`, `sent`, `completed`, `input-required`, `failed`, `canceled`. */
  state: string;
  remote_task: string | null;
  /** The peer's answer, or the reason why there is none. */
  answer: string | null;
  attempts: number;
  /** 1 if the answer was delivered to the delegating agent. */
  reported: number;
  created_at: number;
  /** Boot id of the process that follows the peer's task; null: any process may. */
  follower: string | null;
  /** `to send`: its end is reported to the platform once it has ended; `in doubt`: it may have been reported already; null: it is not reported. */
  report: string | null;
}

/** The files of a delegation that has not ended. Each attempt sends the content of the first one, even if a file has changed since. */
interface DelegationFilesTable {
  delegation_id: string;
  ordinal: number;
  name: string;
  media_type: string;
  content: Uint8Array;
}

interface MemoriesTable {
  id: string;
  owner: string;
  scope: string;
  namespace: string;
  content: string;
  created_at: number;
}

/** Actions that are done once for each owner in the life of a state directory, and when they were done. */
interface MarksTable {
  owner: string;
  name: string;
  at: number;
}

interface PlatformFactsTable {
  name: string;
  value: string;
}

/** What each process has at hand, for the one that speaks for all. */
interface BootWorkTable {
  boot: string;
  /** JSON. */
  work: string;
}

/** The tables of the team records. */
export interface TeamSchema {
  delegations: DelegationsTable;
  delegation_files: DelegationFilesTable;
  memories: MemoriesTable;
  marks: MarksTable;
  platform_facts: PlatformFactsTable;
  boot_work: BootWorkTable;
}
