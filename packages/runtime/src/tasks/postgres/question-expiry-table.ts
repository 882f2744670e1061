/** When requests expire that tasks wait for. */
export const QUESTION_EXPIRIES: readonly string[] = [
  'create table question_expiries (task_id text collate "C" primary key, at bigint not null)',
  'create index question_expiries_by_time on question_expiries (at)',
];
