import { buildPeerSection, type Peer } from '@molecule/adapters';
import { DELEGATION_FAILURES } from './delegation-failures.js';
import { fitSections, SEPARATOR } from './fit-sections.js';
import { pluginDirectories } from './plugin-directories.js';
import { headedSection, type PromptSection } from './prompt-section.js';
import { readMarkdownDirectories, readPromptFiles } from './read-prompt-files.js';
import type { LoadedSkill } from './skills/loaded-skill.js';
import { describeSkills } from './skills/skill-section.js';

/** The limit of a whole prompt in characters: about 50,000 tokens, a quarter of the context of common models. */
const MOST_PROMPT_CHARACTERS = 200_000;

/** A file that the parent workspace shares. */
export interface SharedFile {
  readonly path: string;
  readonly content: string;
}

export interface SystemPromptOptions {
  readonly configDir: string;
  readonly promptFiles: readonly string[];
  /** Instructions of the platform's operators for every workspace. */
  readonly platformInstructions?: string;
  readonly parentContext?: readonly SharedFile[];
  /** The members of the agent's team, with instructions for delegating to them. */
  readonly children?: string;
  readonly skills?: readonly LoadedSkill[];
  readonly peers?: readonly Peer[];
  /** In characters; default {@link MOST_PROMPT_CHARACTERS}. */
  readonly limit?: number;
}

/** A system prompt, with notes for its author. */
export interface SystemPrompt {
  readonly text: string;
  /** One sentence for each missing file and each shortened section. */
  readonly notes: readonly string[];
}

/**
 * Builds the system prompt from its sections: platform instructions, prompt files, memory snapshots, parent context,
 * rules, guidelines, the team, skills, peers, and instructions for failed delegations. Empty sections are left out.
 */
export async function buildSystemPrompt(options: SystemPromptOptions): Promise<SystemPrompt> {
  const { configDir, skills = [], peers = [] } = options;
  const files = await readPromptFiles(configDir, options.promptFiles);
  const places = [configDir, ...(await pluginDirectories(configDir))];
  const rules = await readMarkdownDirectories(places, 'rules');
  const guidelines = await readMarkdownDirectories(places, 'guidelines');
  const prompts = await readMarkdownDirectories(places.slice(1), 'prompts');
  const canDelegate = peers.length > 0 || (options.children ?? '') !== '';
  const sections = [
    headedSection('the platform instructions', 'Platform Instructions', options.platformInstructions ?? ''),
    ...files.sections,
    headedSection('the parent context', 'Parent Context', describeShared(options.parentContext ?? [])),
    headedSection('the rules', 'Rules', rules.text),
    headedSection('the guidelines', 'Guidelines', guidelines.text),
    plain('the prompts of plugins', prompts.text),
    headedSection('the section on the team', 'Your Team', options.children ?? ''),
    headedSection('the skills', 'Your Skills', describeSkills(skills)),
    plain('the peers', buildPeerSection(peers)),
    plain('the section on failed delegations', canDelegate ? DELEGATION_FAILURES : ''),
  ].filter((section) => section !== undefined);
  const fitted = fitSections(sections, options.limit ?? MOST_PROMPT_CHARACTERS);
  return {
    text: fitted.sections.map(({ text }) => text).join(SEPARATOR),
    notes: [...files.notes, ...rules.notes, ...guidelines.notes, ...prompts.notes, ...fitted.notes],
  };
}

function plain(source: string, text: string): PromptSection | undefined {
  return text === '' ? undefined : { source, text };
}

function describeShared(files: readonly SharedFile[]): string {
  const shared = files.filter(({ content }) => content.trim() !== '');
  return shared.map(({ path, content }) => `### ${path}\n\n${content.trim()}`).join('\n\n');
}
