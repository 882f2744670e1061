/** The names of the runtime's tools, as `tools` in `config.yaml` lists them. */
export const TOOL_NAMES = [
  'list_peers',
  'get_workspace_info',
  'delegate_task',
  'delegate_task_async',
  'check_task_status',
  'route_task_to_team',
  'send_message_to_user',
  'commit_memory',
  'recall_memory',
  'request_approval',
  'send_file',
] as const;

export type ToolName = (typeof TOOL_NAMES)[number];
