import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PromptSection } from './prompt-section.js';

/** Read if `prompt_files` is empty; optional. */
const DEFAULT_FILE = 'system-prompt.md';
/** Snapshots of the agent's memory of its work and of its users; optional. */
const MEMORY_FILES = ['MEMORY.md', 'USER.md'];

/** The sections that were read, with notes on files that could not be read. */
export interface FileSections {
  readonly sections: readonly PromptSection[];
  /** One sentence for each required file that could not be read. */
  readonly notes: readonly string[];
}

/** The prompt files in their order, then the memory snapshots, each unchanged. */
export async function readPromptFiles(configDir: string, promptFiles: readonly string[]): Promise<FileSections> {
  const named = promptFiles.map((file) => ({ file, required: true }));
  const prompts = named.length > 0 ? named : [{ file: DEFAULT_FILE, required: false }];
  const memories = MEMORY_FILES.filter((file) => !promptFiles.includes(file)).map((file) => ({
    file,
    required: false,
  }));
  const notes: string[] = [];
  const sections: PromptSection[] = [];
  for (const { file, required } of [...prompts, ...memories]) {
    const path = resolve(configDir, file);
    const text = await readText(path, required, notes);
    if (text !== '') sections.push({ source: `the prompt file ${file}`, text });
  }
  return { sections, notes };
}

/** The Markdown files of a directory of several places, one place after the other. */
export async function readMarkdownDirectories(
  places: readonly string[],
  directory: string,
): Promise<{ readonly text: string; readonly notes: readonly string[] }> {
  const read = await Promise.all(places.map((place) => readMarkdownDirectory(place, directory)));
  const texts = read.map(({ text }) => text).filter((text) => text !== '');
  return { text: texts.join('\n\n'), notes: read.flatMap(({ notes }) => notes) };
}

/** The Markdown files of a directory beside `config.yaml`, sorted by name; empty if the directory does not exist. */
async function readMarkdownDirectory(
  configDir: string,
  directory: string,
): Promise<{ readonly text: string; readonly notes: readonly string[] }> {
  const folder = join(configDir, directory);
  const notes: string[] = [];
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') notes.push(`the directory ${folder} could not be read: ${error.message}`);
    return [];
  });
  const files = names.filter((name) => name.endsWith('.md')).sort();
  const texts = await Promise.all(files.map((name) => readText(join(folder, name), true, notes)));
  return { text: texts.filter((text) => text !== '').join('\n\n'), notes };
}

async function readText(path: string, required: boolean, notes: string[]): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (required || code !== 'ENOENT')
      notes.push(`the prompt file ${path} could not be read and is left out: ${message}`);
    return '';
  }
}
