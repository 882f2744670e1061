/** A skill of the open Agent Skills form: `skills/<id>/SKILL.md`, YAML front matter and instructions in Markdown. */
export interface LoadedSkill {
  /** The directory's name, which the front matter repeats as `name`. */
  readonly id: string;
  /** What it does and when to use it; the card shows it. */
  readonly description: string;
  /** The Markdown below the front matter. */
  readonly instructions: string;
  /** Absolute; scripts and references of the skill are found from here. */
  readonly directory: string;
  /** From the front matter's `metadata.tags`, with commas. */
  readonly tags: readonly string[];
}

/** The skills of a workspace. */
export interface LoadedSkills {
  /** By id. */
  readonly skills: readonly LoadedSkill[];
  /** One sentence for each skill that is not well formed and left out. */
  readonly notes: readonly string[];
}
