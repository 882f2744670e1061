import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ConfigProblem } from './config-error.js';
import type { YamlSource } from './yaml-source.js';

/** Problems for prompt files in `config.yaml` that cannot be read: the agent must not start with an incomplete prompt. */
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
      wanted: 'a readable file, with its path relative to config.yaml',
      found: error.code === 'ENOENT' ? `no file ${path}` : `${path}: ${error.code ?? error.message}`,
      remedy:
        'create the file, correct its name, or remove the entry; in a package or image, include it in `files`, COPY and .dockerignore',
    };
  });
  return (await Promise.all(checked)).filter((problem) => problem !== undefined);
}
