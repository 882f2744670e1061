import type { Part } from '../../api/a2a.js';

export interface CurlOptions {
  /** The address of the agent. */
  readonly agent: URL;
  readonly parts: readonly Part[];
  readonly contextId: string;
  /** The agent asks for a token. */
  readonly needsToken: boolean;
}

/**
 * A command that sends a message to the agent and shows what it streams. The token is not in it: the shell takes it from the variable TOKEN. The id of
 * the message is made by the shell, so that each run sends a new message.
 */
export function asCurl({ agent, parts, contextId, needsToken }: CurlOptions): string {
  const message = { messageId: ID, role: 'ROLE_USER', contextId, parts };
  const body = quoted(JSON.stringify({ message }, null, 2)).replace(ID, () => `'"$(date +%s)-$$"'`);
  const lines = [
    `curl -N ${quoted(new URL('./message:stream', agent).href)}`,
    ...(needsToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    `-H 'A2A-Version: 1.0'`,
    `-H 'Content-Type: application/json'`,
    `-d ${body}`,
  ];
  return lines.join(' \\\n  ');
}

/** Stands for the id until the shell's part of the command is put there. */
const ID = '<id>';

/** As one word of a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
