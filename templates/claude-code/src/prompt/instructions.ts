import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AdapterContext } from '@molecule/adapters';
import { readTextIfPresent } from '../sessions/read-file.js';

/** The text appended to Claude Code's own system prompt. */
export interface Instructions {
  readonly text: string;
  /** The same for the same text, and no other. */
  readonly id: string;
}

/**
 * The current instructions: the workspace's system prompt, and `CLAUDE.md` beside `config.yaml`. Claude Code does not read that file
 * itself, since it would then also read settings from the working directory.
 */
export async function readInstructions(
  context: Pick<AdapterContext, 'systemPrompt' | 'workspace'>,
): Promise<Instructions> {
  const memory = await readTextIfPresent(join(context.workspace.configDir, 'CLAUDE.md'));
  const text = [context.systemPrompt, memory ?? '']
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n');
  return { text, id: createHash('sha256').update(text).digest('hex') };
}
