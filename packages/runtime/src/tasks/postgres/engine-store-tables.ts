/** What engines store of their contexts. */
export const ENGINE_STORE: readonly string[] = [
  `create table engine_entries (
    context text collate "C" not null,
    key text collate "C" not null,
    position integer not null,
    entry_id text collate "C",
    bytes integer not null,
    content text not null,
    primary key (context, key, position)
  )`,
  'create unique index engine_entries_by_id on engine_entries (context, key, entry_id) where entry_id is not null',
  `create table engine_holders (
    context text collate "C" primary key,
    task_id text not null,
    fence integer not null,
    positions integer not null
  )`,
];
