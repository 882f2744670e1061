import { createHash } from 'node:crypto';
import { mkdir, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext, Skill } from '@molecule/adapters';

/** The model gets a skill as `workspace:<id>`. */
const PLUGIN = 'workspace';

/** The workspace's skills as Claude Code takes them. */
export interface PluginSkills {
  /** The folder of the plugin. */
  readonly path: string;
  /** As the skills are called in it. */
  readonly names: readonly string[];
  /** The same for the same skills, and no others. */
  readonly id: string;
}

/**
 * Claude Code finds skills in a plugin only, since no settings are read; so this is one in the state directory, with links
 * to the workspace's skills. Its place stays the same: a conversation may remember the paths of a skill's files.
 */
export class SkillsPlugin {
  readonly #context: Pick<AdapterContext, 'skills'>;
  readonly #path: string;
  #linking: Promise<unknown> = Promise.resolve();
  #linked: string | undefined;

  constructor(context: Pick<AdapterContext, 'skills' | 'workspace'>) {
    this.#context = context;
    this.#path = join(context.workspace.stateDir, 'skills-plugin');
  }

  /** The newest skills, each of them linked. */
  async read(): Promise<PluginSkills> {
    const { skills } = this.#context;
    const id = createHash('sha256').update(JSON.stringify(skills)).digest('hex');
    const linking = this.#linking.then(() => this.#link(skills, id));
    // The next caller tries again.
    this.#linking = linking.catch(() => undefined);
    await linking;
    return { path: this.#path, names: skills.map((skill) => `${PLUGIN}:${skill.id}`), id };
  }

  async #link(skills: readonly Skill[], id: string): Promise<void> {
    if (this.#linked === id) return;
    const folder = join(this.#path, 'skills');
    const manifest = join(this.#path, '.claude-plugin');
    for (const directory of [folder, manifest]) await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(manifest, 'plugin.json'), JSON.stringify({ name: PLUGIN, version: '1.0.0' }));
    const wanted = new Map(skills.map((skill) => [skill.id, skill.directory]));
    for (const name of await readdir(folder)) {
      const link = join(folder, name);
      if ((await readlink(link)) === wanted.get(name)) wanted.delete(name);
      else await rm(link);
    }
    for (const [name, directory] of wanted) await symlink(directory, join(folder, name), 'dir');
    this.#linked = id;
  }
}
