import { join } from 'node:path';
import type { AdapterContext } from '@molecule/adapters';
import { readTextIfPresent } from '../sessions/read-file.js';

/**
 * What is appended to Claude Code's own system prompt: the workspace's, and `CLAUDE.md` beside `config.yaml`. Claude
 * Code does not look for that file itself, since it would then take settings from the working directory, too.
 */
export async function instructions(context: Pick<AdapterContext, 'systemPrompt' | 'workspace'>): Promise<string> {
  const memory = await readTextIfPresent(join(context.workspace.configDir, 'CLAUDE.md'));
  return [context.systemPrompt, memory ?? '']
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n\n');
}
