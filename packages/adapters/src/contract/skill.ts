/** A skill of the workspace: a directory of the open Agent Skills form, `skills/<id>/SKILL.md` beside `config.yaml`. */
export interface Skill {
  /** The directory's name: lower-case letters, digits and single dashes, 64 at most. */
  readonly id: string;
  /** As the front matter says; the form demands that it equals the id. */
  readonly name: string;
  /** What it does and when to use it; 1,024 characters at most. */
  readonly description: string;
  /** The Markdown below the front matter. */
  readonly instructions: string;
  /** Absolute; scripts and references of the skill are found from here. Treat as read-only. */
  readonly directory: string;
}
