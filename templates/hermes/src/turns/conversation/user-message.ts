import { relative } from 'node:path';
import type { MessageTurn, Part } from '@molecule/adapters';

/**
 * The text that Hermes gets for a message. Hermes takes text alone, so the text names the files of the message, which lie
 * in the working directory, where the agent's tools can read them; structured data is added as JSON.
 */
export function userMessage(turn: MessageTurn): string {
  const notes = turn.parts.flatMap((part) => noteFor(part, turn.workDir));
  return [turn.text, ...notes].filter(Boolean).join('\n\n') || '(empty message)';
}

function noteFor(part: Part, workDir: string): readonly string[] {
  if (part.kind === 'text') return [];
  if (part.kind === 'data') return [`Data sent along:\n${JSON.stringify(part.data)}`];
  const kind = part.mediaType ? ` (${part.mediaType})` : '';
  if (part.path === undefined) return [`File sent along${kind}: ${part.url}`];
  return [`File sent along${kind}, saved in the working directory as: ${relative(workDir, part.path)}`];
}
