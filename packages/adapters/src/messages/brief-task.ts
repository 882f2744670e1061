/** What fits one line of a list of workspaces. */
const DEFAULT_LIMIT = 60;

/**
 * A short label for a task, for heartbeats and logs: one line, at most `limit` characters (code points; default 60),
 * and an ellipsis more when something was cut off.
 */
export function briefTask(text: string, limit: number = DEFAULT_LIMIT): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // A code point is at most two units, so this holds more than `limit` of them whenever the line does.
  const characters = Array.from(line.slice(0, 2 * limit + 2));
  if (characters.length <= limit) return line;
  return `${characters.slice(0, limit).join('').trimEnd()}…`;
}
