import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Logger } from '@molecule/adapters';

/** Joins the prompt files of a workspace, in their order. A file that is missing is told and left out. */
export async function readSystemPrompt(
  configDir: string,
  promptFiles: readonly string[],
  logger: Logger,
): Promise<string> {
  const sections: string[] = [];
  for (const file of promptFiles) {
    const path = resolve(configDir, file);
    try {
      sections.push((await readFile(path, 'utf8')).trim());
    } catch (error) {
      logger.warn('a prompt file could not be read and is left out', { file: path, error });
    }
  }
  return sections.filter((section) => section !== '').join('\n\n');
}
