/** Every process looks for turns to recover twice a second, and each memory asks for the time of the last one. */
export const HOT_PATHS: readonly string[] = [
  'create index memories_by_time on memories (created_at)',
  `create index tasks_running on tasks (status_at) where state in ('TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING')`,
];
