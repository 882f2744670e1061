import { buildPeerSection, type Peer } from '@molecule/adapters';
import type { LoadedSkill } from '../skills/loaded-skill.js';
import { describeSkills } from '../skills/skill-section.js';
import { DELEGATION_FAILURES } from './delegation-failures.js';
import { fitSections, SEPARATOR } from './fit-sections.js';
import { headedSection, type PromptSection } from './prompt-section.js';
import { readMarkdownDirectory, readPromptFiles } from './read-prompt-files.js';

/** Characters of a whole prompt; some 50,000 tokens, a quarter of what common models take. */
const MOST_PROMPT_CHARACTERS = 200_000;

/** A file that the parent workspace shares. */
export interface SharedFile {
  readonly path: string;
  readonly content: string;
}

export interface SystemPromptOptions {
  readonly configDir: string;
  readonly promptFiles: readonly string[];
  /** What the platform's operators tell every workspace. */
  readonly platformInstructions?: string;
  readonly parentContext?: readonly SharedFile[];
  /** Who the agent leads; told with how to lead them. */
  readonly children?: string;
  readonly skills?: readonly LoadedSkill[];
  readonly peers?: readonly Peer[];
  /** Characters; default {@link MOST_PROMPT_CHARACTERS}. */
  readonly limit?: number;
}

/** A system prompt, and what its author should know of it. */
export interface SystemPrompt {
  readonly text: string;
  /** Files that were missing, sections that were shortened: one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Puts the system prompt together: platform instructions, prompt files, memory snapshots, parent context, rules,
 * guidelines, the coordinator's part, skills, peers, and what to do when a delegation fails. Empty ones are left out.
 */
export async function buildSystemPrompt(options: SystemPromptOptions): Promise<SystemPrompt> {
  const { configDir, skills = [], peers = [] } = options;
  const files = await readPromptFiles(configDir, options.promptFiles);
  const rules = await readMarkdownDirectory(configDir, 'rules');
  const guidelines = await readMarkdownDirectory(configDir, 'guidelines');
  const canDelegate = peers.length > 0 || (options.children ?? '') !== '';
  const sections = [
    headedSection('the platform instructions', 'Platform Instructions', options.platformInstructions ?? ''),
    ...files.sections,
    headedSection('the parent context', 'Parent Context', describeShared(options.parentContext ?? [])),
    headedSection('the rules', 'Rules', rules.text),
    headedSection('the guidelines', 'Guidelines', guidelines.text),
    headedSection("the coordinator's part", 'Your Team', options.children ?? ''),
    headedSection('the skills', 'Your Skills', describeSkills(skills)),
    plain('the peers', buildPeerSection(peers)),
    plain('what to do on failures', canDelegate ? DELEGATION_FAILURES : ''),
  ].filter((section) => section !== undefined);
  const fitted = fitSections(sections, options.limit ?? MOST_PROMPT_CHARACTERS);
  return {
    text: fitted.sections.map(({ text }) => text).join(SEPARATOR),
    notes: [...files.notes, ...rules.notes, ...guidelines.notes, ...fitted.notes],
  };
}

function plain(source: string, text: string): PromptSection | undefined {
  return text === '' ? undefined : { source, text };
}

function describeShared(files: readonly SharedFile[]): string {
  const shared = files.filter(({ content }) => content.trim() !== '');
  return shared.map(({ path, content }) => `### ${path}\n\n${content.trim()}`).join('\n\n');
}
