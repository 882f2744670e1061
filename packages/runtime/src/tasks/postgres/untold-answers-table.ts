/** Answers that their senders are not known to have received. */
export const UNTOLD_ANSWERS: readonly string[] = [
  `create table untold_answers (
    id text primary key,
    at bigint not null,
    task_id text not null,
    message_id text not null,
    answer_to text not null,
    content text not null,
    in_doubt integer not null
  )`,
  'create index untold_answers_by_time on untold_answers (at)',
  'create index untold_answers_by_task on untold_answers (task_id)',
];
