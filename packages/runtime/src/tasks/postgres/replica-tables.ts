/** What several processes of a workspace share: reports of turns, delegations that one of them follows, and the platform. */
export const REPLICAS: readonly string[] = [
  `create table turn_reports (
    id text primary key,
    at bigint not null,
    task_id text not null,
    turn integer not null,
    ended text,
    in_doubt integer not null
  )`,
  'create index turn_reports_by_time on turn_reports (at)',
  'alter table delegations add column follower text',
  'alter table delegations add column report text',
  `create index delegations_unsettled on delegations (created_at)
    where state in ('pending', 'sent') or mode = 'later' and reported = 0 and state <> 'canceled'`,
  'create index delegations_to_report on delegations (created_at) where report is not null',
  'create table platform_facts (name text primary key, value text not null)',
  'create table boot_work (boot text primary key, work text not null)',
];
