/** When turns begin that were put away for a time. */
export const TURN_WAKES: readonly string[] = [
  'create table turn_wakes (task_id text collate "C" primary key, turn integer not null, at bigint not null)',
  'create index turn_wakes_by_time on turn_wakes (at)',
];
