import type { TaskLogSchema } from '../log/schema.js';
import type { TeamSchema } from '../team/schema.js';

/** A table that is copied row by row. */
export interface CopiedTable {
  readonly name: string;
  /** The columns of its primary key, in order. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** The columns that may be large. */
  readonly large: readonly string[];
}

interface TableSpec<Table> {
  readonly key: readonly (keyof Table & string)[];
  /** Every column, so that one that is added to the table is not forgotten here. */
  readonly columns: Readonly<Record<keyof Table & string, true>>;
  readonly large?: readonly (keyof Table & string)[];
}

/** `left`: what it holds concerns processes that have ended. */
type Specs<Schema> = { readonly [Name in keyof Schema]: TableSpec<Schema[Name]> | 'left' };

const LOG: Specs<TaskLogSchema> = {
  tasks: {
    key: ['id'],
    columns: {
      id: true,
      owner: true,
      context_id: true,
      state: true,
      terminal: true,
      status_at: true,
      created_at: true,
      seq: true,
      chunk_seq: true,
      turn: true,
      attempt: true,
      fence: true,
      runner: true,
      durable: true,
      message_id: true,
      result: true,
      compacted: true,
      accepted: true,
      engaged: true,
      push: true,
    },
  },
  task_contents: {
    key: ['task_id', 'kind', 'seq'],
    columns: { task_id: true, kind: true, seq: true, content: true },
    large: ['content'],
  },
  task_messages: {
    key: ['owner', 'context_key', 'message_id'],
    columns: {
      owner: true,
      context_key: true,
      message_id: true,
      task_id: true,
      turn: true,
      digest: true,
      at: true,
    },
  },
  task_blobs: {
    key: ['task_id', 'digest'],
    columns: { task_id: true, digest: true, name: true, media_type: true, released: true },
  },
  abandoned_work: {
    key: ['task_id'],
    columns: { task_id: true, work: true, runner: true, tries: true },
    large: ['work'],
  },
  conversations: {
    key: ['owner', 'context_id'],
    columns: {
      owner: true,
      context_id: true,
      active_at: true,
      forget: true,
      runner: true,
      tries: true,
      not_before: true,
    },
  },
  engine_entries: {
    key: ['context', 'key', 'position'],
    columns: { context: true, key: true, position: true, entry_id: true, bytes: true, content: true },
    large: ['content'],
  },
  engine_holders: {
    key: ['context'],
    columns: { context: true, task_id: true, fence: true, positions: true },
  },
  turn_reports: {
    key: ['id'],
    columns: { id: true, at: true, task_id: true, turn: true, ended: true, in_doubt: true },
  },
  untold_answers: {
    key: ['id'],
    columns: {
      id: true,
      at: true,
      task_id: true,
      message_id: true,
      answer_to: true,
      content: true,
      in_doubt: true,
    },
    large: ['content'],
  },
  push_configs: {
    key: ['task_id', 'id'],
    columns: {
      task_id: true,
      id: true,
      owner: true,
      url: true,
      origin: true,
      token: true,
      scheme: true,
      credentials: true,
      version: true,
      created_at: true,
      last_seq: true,
      sent_seq: true,
      done: true,
      tries: true,
      unreachable: true,
      failing_since: true,
      not_before: true,
      disabled_at: true,
      last_error: true,
    },
  },
  push_outbox: {
    key: ['task_id', 'seq'],
    columns: { task_id: true, seq: true, event: true, at: true },
    large: ['event'],
  },
  signing_keys: {
    key: ['id'],
    columns: { id: true, active: true, created_at: true, retired_at: true, public_key: true, private_key: true },
  },
  question_expiries: { key: ['task_id'], columns: { task_id: true, at: true } },
  turn_usage: {
    key: ['task_id', 'turn'],
    columns: {
      task_id: true,
      turn: true,
      owner: true,
      at: true,
      model: true,
      input_tokens: true,
      output_tokens: true,
      cached_input_tokens: true,
      reasoning_tokens: true,
      cost_usd: true,
    },
  },
  turn_wakes: { key: ['task_id'], columns: { task_id: true, turn: true, at: true } },
  duties: 'left',
  storage_probe: 'left',
};

const TEAM: Specs<TeamSchema> = {
  delegations: {
    key: ['id'],
    columns: {
      id: true,
      owner: true,
      parent_task: true,
      peer_id: true,
      peer_name: true,
      url: true,
      text: true,
      digest: true,
      ordinal: true,
      mode: true,
      state: true,
      remote_task: true,
      answer: true,
      attempts: true,
      reported: true,
      created_at: true,
      follower: true,
      report: true,
    },
    large: ['text', 'answer'],
  },
  delegation_files: {
    key: ['delegation_id', 'ordinal'],
    columns: { delegation_id: true, ordinal: true, name: true, media_type: true, content: true },
    large: ['content'],
  },
  memories: {
    key: ['id'],
    columns: { id: true, owner: true, scope: true, namespace: true, content: true, created_at: true },
    large: ['content'],
  },
  marks: { key: ['owner', 'name'], columns: { owner: true, name: true, at: true } },
  platform_facts: { key: ['name'], columns: { name: true, value: true } },
  boot_work: 'left',
};

export const LOG_TABLES = tablesOf(LOG);
export const TEAM_TABLES = tablesOf(TEAM);

/** The tables that a move empties before it copies. */
export const LOG_TABLE_NAMES = Object.keys(LOG);
export const TEAM_TABLE_NAMES = Object.keys(TEAM);

function tablesOf<Schema>(specs: Specs<Schema>): readonly CopiedTable[] {
  return Object.entries<TableSpec<unknown> | 'left'>(specs as Record<string, TableSpec<unknown> | 'left'>).flatMap(
    ([name, spec]) =>
      spec === 'left' ? [] : [{ name, key: spec.key, columns: Object.keys(spec.columns), large: spec.large ?? [] }],
  );
}
