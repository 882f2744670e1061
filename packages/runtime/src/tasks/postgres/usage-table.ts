/** What each turn has used; and, for lists of all owners, the ended tasks of each state in the order of their end. */
export const USAGE: readonly string[] = [
  `create table turn_usage (
    task_id text collate "C" not null,
    turn integer not null,
    owner text collate "C" not null,
    at bigint not null,
    model text not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cached_input_tokens bigint not null,
    reasoning_tokens bigint not null,
    cost_usd double precision,
    primary key (task_id, turn)
  )`,
  'create index turn_usage_by_time on turn_usage (at)',
  'create index turn_usage_by_owner on turn_usage (owner, at)',
  'create index tasks_ended_by_state on tasks (state, status_at, id) where terminal = 1',
];
