import { cutText } from '@molecule/adapters';
import type { LoadedSkill } from './loaded-skill.js';

/** Characters of one skill's instructions in the prompt; the Agent Skills form asks for fewer than 5,000 tokens. */
const MOST_CHARACTERS = 20_000;

/** The skills as the body of a prompt section: what each is for, where its files are, and its instructions. */
export function describeSkills(skills: readonly LoadedSkill[]): string {
  return skills.map(describeSkill).join('\n\n');
}

function describeSkill({ id, description, instructions, directory }: LoadedSkill): string {
  const shortened =
    instructions.length > MOST_CHARACTERS
      ? `${cutText(instructions, MOST_CHARACTERS)}\n\n[The rest is in ${directory}/SKILL.md]`
      : instructions;
  return [`### ${id}`, `${description} (files: ${directory})`, shortened].filter((text) => text !== '').join('\n\n');
}
