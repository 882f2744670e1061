import type { Message } from '../../api/a2a.js';
import { agentUrl } from '../../api/addresses.js';

/**
 * A command that sends the message to the agent again. The token is not in it: the shell takes it from the variable TOKEN.
 *
 * @param needsToken The agent asks for one.
 */
export function asCurl({ parts }: Pick<Message, 'parts'>, contextId: string, needsToken: boolean): string {
  const message = { messageId: '$(uuidgen)', role: 'ROLE_USER', contextId, parts };
  const body = quoted(JSON.stringify({ message }, null, 2)).replace('$(uuidgen)', `'"$(uuidgen)"'`);
  const lines = [
    `curl -N ${quoted(new URL('message:stream', agentUrl).href)}`,
    ...(needsToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    `-H 'A2A-Version: 1.0'`,
    `-H 'Content-Type: application/json'`,
    `-d ${body}`,
  ];
  return lines.join(' \\\n  ');
}

/** As one word of a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
