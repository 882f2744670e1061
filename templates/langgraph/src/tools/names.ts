/** The template's own tools, by the names that the model sees. */
export const BUILT_IN_TOOL_NAMES = [
  'current_time',
  'calculate',
  'list_files',
  'read_file',
  'write_file',
  'ask_person',
] as const;
