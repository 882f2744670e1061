/** Where callers are to be notified of tasks: one row for each configuration. */
export interface PushConfigsTable {
  task_id: string;
  /** As the caller named it, or made for it. */
  id: string;
  owner: string;
  url: string;
  /** Scheme, host and port of the URL. */
  origin: string;
  /** The caller's token for notifications; null: none. */
  token: string | null;
  /** The scheme of the header `Authorization`; null: none is sent. */
  scheme: string | null;
  credentials: string | null;
  /** The protocol version in which it was made, and of its notifications. */
  version: string;
  created_at: number;
  /** Number of the newest notification. It is under way while it is larger than `sent_seq`. */
  last_seq: number;
  /** Number of the last notification that was accepted. */
  sent_seq: number;
  /** 1: the end of the task was accepted. */
  done: number;
  /** Failed deliveries since the last one that was accepted. */
  tries: number;
  /** 1: the receiver was not reached. */
  unreachable: number;
  /** Milliseconds since 1970 of the first of these failures; null: none. */
  failing_since: number | null;
  /** Milliseconds since 1970 before which nothing is delivered. */
  not_before: number;
  /** Milliseconds since 1970; null: notifications are delivered. */
  disabled_at: number | null;
  /** Why the last delivery failed; null: it has not. */
  last_error: string | null;
}

/** The notifications of tasks. A row is written with the change of state that it is about. */
export interface PushOutboxTable {
  task_id: string;
  /** The number of the event; of the ended task, the one after its last event. */
  seq: number;
  /** The event, an A2A StreamResponse as JSON; null: the whole task. */
  event: string | null;
  /** Milliseconds since 1970. */
  at: number;
}

export interface PushSchema {
  push_configs: PushConfigsTable;
  push_outbox: PushOutboxTable;
}
