import type { WorkspaceSkill } from '../../settings/config/workspace-config.js';
import type { LoadedSkill } from './loaded-skill.js';

/**
 * The skills of the agent card: those of `config.yaml` and those of the skills directory. If both have a skill, the fields
 * of `config.yaml` override those of the directory.
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
