import type { Skill } from '@molecule/adapters';

/** A skill as it was read from `skills/<id>/SKILL.md`. */
export interface LoadedSkill extends Skill {
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
