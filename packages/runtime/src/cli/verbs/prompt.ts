import { defineVerb } from '../command-line/verb.js';
import { EXIT_CODES } from '../host/cli-host.js';
import { workspaceOptions } from '../host/config-path.js';

const EMPTY =
  'The system prompt is empty. To write one, create system-prompt.md beside config.yaml, or list files under prompt_files.\n';

/** Without what a platform would add. Remarks about the prompt go to standard error. */
export const prompt = defineVerb({
  name: 'prompt',
  operands: '[directory]',
  summary: 'Print the system prompt that the agent gets',
  options: {},
  async run({ operands: [directory] }, host) {
    const { previewPrompt } = await import('../../boot/team/preview-prompt.js');
    const options = { ...workspaceOptions(directory, host), environment: host.environment };
    const text = await previewPrompt(options, (note) => void host.stderr.write(`${note}\n`));
    if (text === '') host.stderr.write(EMPTY);
    else host.stdout.write(`${text}\n`);
    return EXIT_CODES.ok;
  },
});
