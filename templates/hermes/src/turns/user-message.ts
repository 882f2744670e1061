import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { MessageTurn, Part } from '@molecule/adapters';

const INBOX = 'inbox';

/**
 * The text that Hermes gets for a message. Hermes takes text alone, so the files of a message are put into the working
 * directory, where the agent's tools can read them, and the text names them; structured data is added as JSON.
 */
export async function userMessage(turn: MessageTurn, workDir: string): Promise<string> {
  const notes: string[] = [];
  for (const [index, part] of turn.parts.entries()) {
    const note = await noteFor(part, index, turn, workDir);
    if (note) notes.push(note);
  }
  return [turn.text, ...notes].filter(Boolean).join('\n\n') || '(empty message)';
}

async function noteFor(part: Part, index: number, turn: MessageTurn, workDir: string): Promise<string | undefined> {
  if (part.kind === 'text') return undefined;
  if (part.kind === 'data') return `Data sent along:\n${JSON.stringify(part.data)}`;
  const kind = part.mediaType ? ` (${part.mediaType})` : '';
  if (part.data === undefined) return `File sent along${kind}: ${part.url}`;
  const dir = join(workDir, INBOX, safeName(turn.messageId));
  await mkdir(dir, { recursive: true });
  const path = join(dir, `${index + 1}-${safeName(part.name ?? 'file')}`);
  await writeFile(path, Buffer.from(part.data, 'base64'));
  return `File sent along${kind}, saved in the working directory as: ${relative(workDir, path)}`;
}

/** A name that comes from a caller, made fit for a file: no folders, no hidden files, not too long. */
function safeName(name: string): string {
  return (
    basename(name.replaceAll('\\', '/'))
      .replaceAll(/[^\w.-]+/g, '_')
      .replace(/^\.+/, '_')
      .slice(-100) || 'file'
  );
}
