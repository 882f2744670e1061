/** Every minute each process looks for ends of tasks that a process of the version before has written. */
export const PUSH_ENDS: readonly string[] = [
  `create index push_configs_unended on push_configs (task_id)
    where done = 0 and disabled_at is null`,
];
