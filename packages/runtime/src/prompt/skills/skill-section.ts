import { cutText } from '@molecule/adapters';
import type { LoadedSkill } from './loaded-skill.js';

/** The limit for one skill's instructions in the prompt, in characters; Agent Skills recommends fewer than 5,000 tokens. */
const MOST_CHARACTERS = 20_000;

/** The body of the prompt section on skills: the description, the directory and the instructions of each. */
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
