import type { Logger } from '@molecule/adapters';
import { loadSkills, SKILLS_DIRECTORY } from '../skills/load-skills.js';
import type { LoadedSkill } from '../skills/loaded-skill.js';
import { watchSkills } from '../skills/watch-skills.js';
import { buildSystemPrompt, type SystemPromptOptions } from './build-system-prompt.js';

/** What a prompt tells of the world outside the workspace's own files. */
export type Surroundings = Pick<SystemPromptOptions, 'platformInstructions' | 'parentContext' | 'children' | 'peers'>;

export interface WorkspacePromptOptions {
  readonly configDir: string;
  readonly promptFiles: readonly string[];
  /** False: the engine takes the skills in its own way. */
  readonly skillsInPrompt: boolean;
  readonly surroundings: () => Promise<Surroundings>;
  readonly logger: Logger;
}

/** The system prompt and the skills as they are now: read anew whenever a file of theirs changes. */
export class WorkspacePrompt {
  readonly #options: WorkspacePromptOptions;
  readonly #listeners = new Set<() => void>();
  #text = '';
  #skills: readonly LoadedSkill[] = [];
  #told = new Set<string>();
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(options: WorkspacePromptOptions) {
    this.#options = options;
  }

  get text(): string {
    return this.#text;
  }

  get skills(): readonly LoadedSkill[] {
    return this.#skills;
  }

  /** Calls `listener` after each reading that changed something. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Reads everything. Several calls at once read once more after the reading that is under way. */
  read(): Promise<void> {
    this.#again = true;
    this.#reading ??= this.#readUntilCurrent().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Reads again whenever a file changes, until it is closed. */
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
    ]);
    return watchSkills({
      configDir,
      logger,
      isWatched: (name) => beside.has(name),
      onChange: () => {
        this.read().catch((error: unknown) => logger.error('the prompt could not be read again', { error }));
      },
    });
  }

  async #readUntilCurrent(): Promise<void> {
    while (this.#again) {
      this.#again = false;
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
    this.#tell([...loaded.notes, ...prompt.notes]);
    const changed = prompt.text !== this.#text || JSON.stringify(loaded.skills) !== JSON.stringify(this.#skills);
    this.#text = prompt.text;
    this.#skills = loaded.skills;
    if (changed) for (const listener of this.#listeners) listener();
  }

  /** Each note once, for as long as it holds. */
  #tell(notes: readonly string[]): void {
    for (const note of notes) if (!this.#told.has(note)) this.#options.logger.warn(note);
    this.#told = new Set(notes);
  }
}
