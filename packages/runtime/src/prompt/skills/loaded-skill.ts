import type { Skill } from '@molecule/adapters';

/** A skill as read from `skills/<id>/SKILL.md`. */
export interface LoadedSkill extends Skill {
  /** From `metadata.tags` in the front matter, separated by commas. */
  readonly tags: readonly string[];
}

/** The skills of a workspace. */
export interface LoadedSkills {
  /** Sorted by id. */
  readonly skills: readonly LoadedSkill[];
  /** One sentence for each invalid skill, which is left out. */
  readonly notes: readonly string[];
}
