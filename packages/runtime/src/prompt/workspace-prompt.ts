import type { Logger } from '@molecule/adapters';
import { buildSystemPrompt, type SystemPromptOptions } from './build-system-prompt.js';
import { PLUGINS_DIRECTORY } from './plugin-directories.js';
import { loadSkills, SKILLS_DIRECTORY } from './skills/load-skills.js';
import type { LoadedSkill } from './skills/loaded-skill.js';
import { watchSkills } from './skills/watch-skills.js';

/** The parts of a prompt that do not come from the workspace's own files. */
export type Surroundings = Pick<SystemPromptOptions, 'platformInstructions' | 'parentContext' | 'children' | 'peers'>;

export interface WorkspacePromptOptions {
  readonly configDir: string;
  readonly promptFiles: readonly string[];
  /** False if the engine loads the skills itself. */
  readonly skillsInPrompt: boolean;
  readonly surroundings: () => Promise<Surroundings>;
  readonly logger: Logger;
}

/** The current system prompt and skills, read again when one of their files changes. */
export class WorkspacePrompt {
  readonly #options: WorkspacePromptOptions;
  readonly #listeners = new Set<() => void>();
  #text = '';
  #skills: readonly LoadedSkill[] = [];
  #logged = new Set<string>();
  #reading: Promise<void> | undefined;
  #readRequested = false;

  constructor(options: WorkspacePromptOptions) {
    this.#options = options;
  }

  get text(): string {
    return this.#text;
  }

  get skills(): readonly LoadedSkill[] {
    return this.#skills;
  }

  /** Calls `listener` after each read that changed the prompt or the skills. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Reads everything. Calls during a read share one further read after it. */
  read(): Promise<void> {
    this.#readRequested = true;
    this.#reading ??= this.#readUntilCurrent().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Reads again after each change of a file, until the returned watch is closed. */
  watch(): { close(): void } {
    const { configDir, promptFiles, logger } = this.#options;
    const beside = new Set([
      ...promptFiles,
      'system-prompt.md',
      'MEMORY.md',
      'USER.md',
      'rules',
      'guidelines',
      SKILLS_DIRECTORY,
      PLUGINS_DIRECTORY,
    ]);
    return watchSkills({
      configDir,
      logger,
      isWatched: (name) => beside.has(name),
      onChange: () => {
        this.read().catch((error: unknown) => logger.error('the system prompt could not be read again', { error }));
      },
    });
  }

  async #readUntilCurrent(): Promise<void> {
    while (this.#readRequested) {
      this.#readRequested = false;
      await this.#readOnce();
    }
  }

  async #readOnce(): Promise<void> {
    const { configDir, promptFiles, skillsInPrompt, surroundings } = this.#options;
    const loaded = await loadSkills(configDir);
    const prompt = await buildSystemPrompt({
      configDir,
      promptFiles,
      skills: skillsInPrompt ? loaded.skills : [],
      ...(await surroundings()),
    });
    this.#logNew([...loaded.notes, ...prompt.notes]);
    const changed = prompt.text !== this.#text || JSON.stringify(loaded.skills) !== JSON.stringify(this.#skills);
    this.#text = prompt.text;
    this.#skills = loaded.skills;
    if (changed) for (const listener of this.#listeners) listener();
  }

  /** Logs each note that the previous read did not have. */
  #logNew(notes: readonly string[]): void {
    for (const note of notes) if (!this.#logged.has(note)) this.#options.logger.warn(note);
    this.#logged = new Set(notes);
  }
}
