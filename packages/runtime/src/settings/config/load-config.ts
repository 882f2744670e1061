import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JsonObject } from '@molecule/adapters';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { type ConfigFile, configSchema } from './config-schema.js';
import { describeValue } from './describe-value.js';
import { findConfigFile } from './find-config-file.js';
import { missingPromptFiles } from './missing-prompt-files.js';
import { splitPlatformKeys } from './platform-keys.js';
import { problemsFromIssues } from './problems-from-issues.js';
import { syntaxProblems } from './syntax-problems.js';
import { unexpandedVariables } from './unexpanded-variables.js';
import type { A2AConfig, WorkspaceConfig, WorkspaceSkill } from './workspace-config.js';
import { parseYamlSource, type YamlSource } from './yaml-source.js';

export interface LoadConfigOptions {
  /** The path of `config.yaml` or of its directory. A relative path is resolved from the working directory. */
  readonly configPath: string;
}

/**
 * Reads `config.yaml`, validates it completely, and fills in the defaults.
 *
 * @throws {ConfigError} `CONFIG_NOT_FOUND` or `CONFIG_INVALID`, with every problem that was found.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<WorkspaceConfig> {
  const file = await findConfigFile(options.configPath);
  const source = parseYamlSource(await read(file));
  const problems = syntaxProblems(file, source);
  if (problems.some((problem) => problem.code === 'syntax')) throw new ConfigError(problems);

  const root = toPlainValue(file, source);
  const given = withoutEmptyKeys(root);
  const { own, ofPlatform } = splitPlatformKeys(given);
  const result = configSchema.safeParse(own);
  if (!result.success) problems.push(...problemsFromIssues(result.error.issues, file, source, given));
  problems.push(...unexpandedVariables(file, source, root));
  if (result.success) problems.push(...(await missingPromptFiles(file, source, result.data.prompt_files)));
  const promptFile = ofPlatform['initial_prompt_file'];
  const prompt = typeof promptFile === 'string' ? await promptIn(file, promptFile, problems) : undefined;
  if (problems.length > 0 || !result.success) throw new ConfigError(inOrder(problems));
  const config = toWorkspaceConfig(result.data, file, source);
  const { model } = config.runtimeConfig;
  return {
    ...config,
    model: config.model === '' && typeof model === 'string' ? model : config.model,
    initialPrompt: config.initialPrompt ?? prompt,
    ofPlatform,
  };
}

/** The text of `initial_prompt_file`. */
async function promptIn(file: string, name: string, problems: ConfigProblem[]): Promise<string | undefined> {
  const path = join(dirname(file), name);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const remedy = `create ${path}, or remove the key`;
    const wanted = 'a readable file beside config.yaml';
    problems.push({ code: 'prompt-file-missing', file, path: 'initial_prompt_file', wanted, found: name, remedy });
  }
  return text?.trim() || undefined;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const found = `the error ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
    const remedy = 'give this user the right to read it';
    throw new ConfigError([{ code: 'unreadable', file, path: '', wanted: 'a readable file', found, remedy }], {
      cause: error,
    });
  }
}

function toPlainValue(file: string, source: YamlSource): unknown {
  const problem = (code: ConfigProblem['code'], found: string): ConfigError => {
    const wanted = 'a map with at least `name` and `runtime`';
    const remedy = 'write lines such as name: My Agent and runtime: langgraph';
    return new ConfigError([{ code, file, line: 1, column: 1, path: '', wanted, found, remedy }]);
  };
  if (source.document.contents === null) throw problem('empty', 'an empty file');
  let root: unknown;
  try {
    root = source.document.toJS();
  } catch (error) {
    // An alias without a target, or aliases that would expand to an enormous value.
    throw problem('syntax', `an alias that cannot be followed: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    throw problem('invalid-value', describeValue(root));
  }
  return root;
}

/** Keys of which the value is a map of settings of our own. */
const MAPS: readonly string[] = ['a2a', 'delegation', 'retention'];

/** Removes keys without a value (`skills:`), which count as omitted. The adapter's own keys are not changed. */
function withoutEmptyKeys(root: unknown): unknown {
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return root;
  const kept = Object.entries(root).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, MAPS.includes(key) ? withoutEmptyKeys(value) : value]));
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((left, right) => (left.line ?? 0) - (right.line ?? 0));
}

function toWorkspaceConfig(config: ConfigFile, file: string, source: YamlSource): WorkspaceConfig {
  return {
    configPath: file,
    configDir: dirname(file),
    name: config.name,
    description: config.description,
    version: config.version,
    runtime: config.runtime,
    model: config.model,
    runtimeConfig: config.runtime_config as JsonObject,
    promptFiles: config.prompt_files,
    skills: config.skills.map(toSkill),
    tools: config.tools,
    a2a: {
      port: config.a2a.port,
      streaming: config.a2a.streaming,
      pushNotifications: config.a2a.push_notifications,
      provider: config.a2a.provider,
      documentationUrl: config.a2a.documentation_url,
      iconUrl: config.a2a.icon_url,
      extensions: config.a2a.extensions as A2AConfig['extensions'],
    },
    delegation: {
      retryAttempts: config.delegation.retry_attempts,
      retryDelay: config.delegation.retry_delay,
      timeout: config.delegation.timeout,
    },
    workDirMode: config.work_dir,
    retention: config.retention,
    console: config.console,
    initialPrompt: config.initial_prompt,
    idlePrompt: config.idle_prompt,
    idleIntervalSeconds: config.idle_interval_seconds,
    subWorkspaces: config.sub_workspaces as JsonObject[],
    sharedContext: config.shared_context,
    ofPlatform: {},
    locate: (path) => source.locate(path),
  };
}

function toSkill(skill: ConfigFile['skills'][number]): WorkspaceSkill {
  if (typeof skill === 'string') return { id: skill, name: skill, description: '', tags: [], examples: [] };
  const { input_modes: inputModes, output_modes: outputModes, ...rest } = skill;
  return { ...rest, name: skill.name ?? skill.id, inputModes, outputModes };
}
