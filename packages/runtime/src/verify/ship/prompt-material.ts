import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parse } from 'yaml';

/** What the runtime reads beside `config.yaml` when it is there. */
const BY_NAME = /^(?:system-prompt\.md|MEMORY\.md|USER\.md|CLAUDE\.md|(?:rules|guidelines)\/[^/]+\.md|skills\/.+)$/;

/** Files that the agent is told by. */
export interface PromptMaterial {
  /** `prompt_files` of `config.yaml`. */
  readonly named: readonly string[];
  /** The rest of the author's directory, which is read without being named. */
  readonly found: readonly string[];
}

/**
 * @param files what the author's directory has
 * @throws {Error} for a `config.yaml` that is no YAML
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
