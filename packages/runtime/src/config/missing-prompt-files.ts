import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ConfigProblem } from './config-error.js';
import type { YamlSource } from './yaml-source.js';

/** The prompt files that `config.yaml` names and that cannot be read: without them the agent would be another one. */
export async function missingPromptFiles(
  file: string,
  source: YamlSource,
  promptFiles: readonly string[],
): Promise<readonly ConfigProblem[]> {
  const checked = promptFiles.map(async (name, index): Promise<ConfigProblem | undefined> => {
    const path = resolve(dirname(file), name);
    const error = await access(path, constants.R_OK).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    if (error === undefined) return undefined;
    return {
      code: 'prompt-file-missing',
      file,
      ...source.locate(['prompt_files', index]),
      path: `prompt_files[${index}]`,
      wanted: 'a file that can be read, beside config.yaml',
      found: error.code === 'ENOENT' ? `no file ${path}` : `${path}: ${error.code ?? error.message}`,
      remedy:
        'write the file, correct its name, or take it out; in a package or image, let `files`, COPY and .dockerignore pass it',
    };
  });
  return (await Promise.all(checked)).filter((problem) => problem !== undefined);
}
