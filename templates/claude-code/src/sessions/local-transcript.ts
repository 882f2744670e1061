import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

  /** Writes the conversation to where Claude Code reads it; without lines, removes it. */
  async replace(entries: readonly TranscriptLine[]): Promise<void> {
    const found = await this.#find();
    if (entries.length === 0) {
      if (found !== undefined) await rm(found, { force: true });
      return;
    }
    const folder = this.#project();
    if (found === undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
    await replaceFile(found ?? join(folder, this.#file), formatTranscript(entries));
  }

  /** Moves the conversation to the project of the working directory, where Claude Code searches for it. */
  async move(): Promise<void> {
    const found = await this.#find();
    const folder = this.#project();
    if (found === undefined || dirname(found) === folder) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(found, join(folder, this.#file));
  }

  #project(): string {
    return join(this.#projects, this.#workDir.replaceAll(/[^a-zA-Z0-9]/g, '-').slice(0, 200));
  }

  /** The working directory may have moved, so every project is searched; the newest file is the right one. */
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
