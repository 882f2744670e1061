/** A skill of the workspace, in the open Agent Skills format: the directory `skills/<id>` beside `config.yaml`, with a `SKILL.md`. */
export interface Skill {
  /** Name of the directory: at most 64 lower-case letters, digits and single dashes. */
  readonly id: string;
  /** From the front matter; the format requires that it equals `id`. */
  readonly name: string;
  /** What it does and when to use it; at most 1,024 characters. */
  readonly description: string;
  /** The Markdown below the front matter. */
  readonly instructions: string;
  /** Absolute path. Scripts and references of the skill are relative to it. Treat as read-only. */
  readonly directory: string;
}
