import { loadConfig } from '../../config/load-config.js';
import { buildSystemPrompt } from '../../prompt/build-system-prompt.js';
import { loadSkills } from '../../skills/load-skills.js';
import { type CliHost, EXIT_CODES } from '../cli-host.js';
import { configPathOf } from '../config-path.js';

export interface PromptCommand {
  readonly directory: string | undefined;
}

/** `molecule prompt`: the system prompt as files and skills make it, without what a platform would add. */
export async function runPrompt({ directory }: PromptCommand, host: CliHost): Promise<number> {
  const { configDir, promptFiles } = await loadConfig({ configPath: configPathOf(directory, host) });
  const { skills, notes } = await loadSkills(configDir);
  const prompt = await buildSystemPrompt({ configDir, promptFiles, skills });
  for (const note of [...notes, ...prompt.notes]) host.stderr.write(`${note}\n`);
  host.stdout.write(prompt.text === '' ? '' : `${prompt.text}\n`);
  return EXIT_CODES.ok;
}
