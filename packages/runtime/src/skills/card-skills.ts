import type { WorkspaceSkill } from '../config/workspace-config.js';
import type { LoadedSkill } from './loaded-skill.js';

/**
 * What the card shows: the skills of `config.yaml`, and those of the skills directory. Where both tell of one, the file
 * `config.yaml` wins field by field, and what it leaves open comes from the skill.
 */
export function cardSkills(configured: readonly WorkspaceSkill[], loaded: readonly LoadedSkill[]): WorkspaceSkill[] {
  const known = new Map(loaded.map((skill) => [skill.id, skill]));
  const named = new Set(configured.map(({ id }) => id));
  const rest = loaded.filter(({ id }) => !named.has(id));
  return [...configured.map((skill) => completed(skill, known.get(skill.id))), ...rest.map(fromLoaded)];
}

function completed(skill: WorkspaceSkill, loaded: LoadedSkill | undefined): WorkspaceSkill {
  if (!loaded) return skill;
  return {
    ...skill,
    description: skill.description || loaded.description,
    tags: skill.tags.length > 0 ? skill.tags : loaded.tags,
  };
}

function fromLoaded({ id, name, description, tags }: LoadedSkill): WorkspaceSkill {
  return { id, name, description, tags, examples: [] };
}
