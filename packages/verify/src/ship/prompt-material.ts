import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parse } from 'yaml';

/** Files that the runtime reads beside `config.yaml` if they exist. */
const BY_NAME = /^(?:system-prompt\.md|MEMORY\.md|USER\.md|CLAUDE\.md|(?:rules|guidelines)\/[^/]+\.md|skills\/.+)$/;

/** The files with instructions for the agent. */
export interface PromptMaterial {
  /** `prompt_files` of `config.yaml`. */
  readonly named: readonly string[];
  /** Other files of the author's directory that are read although `config.yaml` does not name them. */
  readonly found: readonly string[];
}

/**
 * @param files all files of the author's directory
 * @throws {Error} if `config.yaml` is not YAML
 */
export async function promptMaterial(source: string, files: readonly string[]): Promise<PromptMaterial> {
  const config: unknown = files.includes('config.yaml')
    ? parse(await readFile(join(source, 'config.yaml'), 'utf8'))
    : undefined;
  const list = typeof config === 'object' && config !== null && 'prompt_files' in config ? config.prompt_files : [];
  const entries = Array.isArray(list) ? list : [];
  const named = entries.filter((entry) => typeof entry === 'string').map((entry) => posix.normalize(entry));
  return { named, found: files.filter((file) => BY_NAME.test(file) && !named.includes(file)) };
}
