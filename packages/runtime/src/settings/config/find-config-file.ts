import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from './config-error.js';

/** The file name that is expected in a directory. */
const CONFIG_FILE_NAME = 'config.yaml';

const EXAMPLE = 'name: My Agent, runtime: langgraph, model: openai:gpt-4.1';

/**
 * The absolute path of `config.yaml`, given the path of the file or of its directory.
 *
 * @throws {ConfigError} `CONFIG_NOT_FOUND`, with the path that was searched and how to create the file.
 */
export async function findConfigFile(configPath: string): Promise<string> {
  const absolute = resolve(configPath);
  const kind = await kindOf(absolute);
  if (kind === 'file') return absolute;
  if (kind === undefined) throw notFound(absolute, 'nothing at that path');
  const file = join(absolute, CONFIG_FILE_NAME);
  if ((await kindOf(file)) === 'file') return file;
  if ((await kindOf(join(absolute, 'config.yml'))) === 'file') throw wrongExtension(file);
  throw notFound(file, 'no such file in that directory');
}

async function kindOf(path: string): Promise<'file' | 'directory' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigError(
      [
        {
          code: 'unreadable',
          file: path,
          path: '',
          wanted: 'a path that this user may read',
          found: `the error ${code ?? String(error)}`,
          remedy: 'give this user the right to read it, or use another path',
        },
      ],
      { cause: error },
    );
  }
}

function notFound(file: string, found: string): ConfigError {
  const remedy = `pass the directory of your template (molecule start <dir>, molecule tasks list --workspace <dir>, or WORKSPACE_CONFIG_PATH), or create the file with these lines: ${EXAMPLE}`;
  return new ConfigError([
    { code: 'not-found', file, path: '', wanted: `a workspace with a ${CONFIG_FILE_NAME}`, found, remedy },
  ]);
}

function wrongExtension(file: string): ConfigError {
  return new ConfigError([
    {
      code: 'not-found',
      file,
      path: '',
      wanted: `a file named ${CONFIG_FILE_NAME}`,
      found: 'a config.yml',
      remedy: 'rename config.yml to config.yaml, or pass the path of the file itself',
    },
  ]);
}
