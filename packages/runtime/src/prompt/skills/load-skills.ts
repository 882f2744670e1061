import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pluginDirectories } from '../plugin-directories.js';
import type { LoadedSkill, LoadedSkills } from './loaded-skill.js';
import { parseSkill } from './parse-skill.js';

/** The directory's name, beside `config.yaml`. */
export const SKILLS_DIRECTORY = 'skills';
const FILE = 'SKILL.md';

/** Reads every skill of a workspace. An invalid skill is left out with a note, so that it cannot prevent the start. */
export async function loadSkills(configDir: string): Promise<LoadedSkills> {
  const places = [configDir, ...(await pluginDirectories(configDir))];
  const loaded = await Promise.all(places.map(loadFrom));
  const skills = new Map<string, LoadedSkill>();
  // The workspace's own skill of a name hides that of a plugin.
  for (const skill of loaded.flatMap((one) => one.skills)) if (!skills.has(skill.id)) skills.set(skill.id, skill);
  return { skills: [...skills.values()], notes: loaded.flatMap(({ notes }) => notes) };
}

async function loadFrom(place: string): Promise<LoadedSkills> {
  const folder = join(place, SKILLS_DIRECTORY);
  const notes: string[] = [];
  const skills: LoadedSkill[] = [];
  for (const id of await directories(folder, notes)) {
    const directory = join(folder, id);
    const content = await readFile(join(directory, FILE), 'utf8').catch((error: Error) => {
      notes.push(`the skill ${id} is left out: ${error.message}`);
      return undefined;
    });
    if (content === undefined) continue;
    const parsed = parseSkill(id, directory, content);
    if ('id' in parsed) skills.push(parsed);
    else notes.push(`the skill ${id} is left out: ${join(directory, FILE)}: ${parsed.join('; ')}`);
  }
  return { skills, notes };
}

async function directories(folder: string, notes: string[]): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const named = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
    return named.filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') notes.push(`the skills could not be read: ${message}`);
    return [];
  }
}
