import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, readWholeLines } from './read-file.js';
import { formatTranscript, type TranscriptLine } from './transcript-entry.js';
import { replaceFile } from './write-file.js';

/** Claude Code's own copy of a conversation, in `CLAUDE_CONFIG_DIR/projects/<project>/<session>.jsonl`. */
export class LocalTranscript {
  readonly #projects: string;
  readonly #workDir: string;
  readonly #file: string;

  constructor(claudeFolder: string, workDir: string, sessionId: string) {
    this.#projects = join(claudeFolder, 'projects');
    this.#workDir = workDir;
    this.#file = `${sessionId}.jsonl`;
  }

  async read(): Promise<readonly TranscriptLine[]> {
    const path = await this.#find();
    return path === undefined ? [] : await readWholeLines(path);
  }

  /** Puts the conversation where Claude Code looks for it; no lines: takes it away. */
  async replace(entries: readonly TranscriptLine[]): Promise<void> {
    const found = await this.#find();
    if (entries.length === 0) {
      if (found !== undefined) await rm(found, { force: true });
      return;
    }
    const folder = join(this.#projects, this.#workDir.replaceAll(/[^a-zA-Z0-9]/g, '-').slice(0, 200));
    if (found === undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
    await replaceFile(found ?? join(folder, this.#file), formatTranscript(entries));
  }

  /** The working directory may have moved, so every project is looked at; the youngest file is the right one. */
  async #find(): Promise<string | undefined> {
    const found: { readonly path: string; readonly age: number }[] = [];
    for (const project of await this.#listProjects()) {
      const path = join(this.#projects, project, this.#file);
      const age = await modifiedAt(path);
      if (age !== undefined) found.push({ path, age });
    }
    return found.sort((a, b) => b.age - a.age)[0]?.path;
  }

  async #listProjects(): Promise<readonly string[]> {
    try {
      return await readdir(this.#projects);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
