import { isObject } from '../../support/is-object.js';

/**
 * Keys of the platform's schema for `config.yaml` (its `config-format.md` and `config.py`, and `SCHEMA_V1` of its template validator) that
 * have no meaning for the runtime, or that are read apart. The platform's provisioner writes some of them, and its validator demands one.
 */
const TOP: readonly string[] = [
  'tier',
  'template_schema_version',
  'models',
  'providers',
  'env',
  'bridge',
  'governance',
  'memory',
  'sandbox',
  'hitl',
  'rbac',
  'compliance',
  'security_scan',
  'effort',
  'task_budget',
  'plugins',
  'role',
  'channels',
  'initial_prompt_file',
];
const OF_DELEGATION: readonly string[] = ['escalate'];
/** Of `runtime_config`, if the adapter does not know them. */
export const OF_RUNTIME: readonly string[] = [
  'required_env',
  'models',
  'providers',
  'timeout',
  'model',
  'command',
  'args',
  'auth_token_env',
  'auth_token_file',
];
/** Tools of the original runtime that this one leaves to the engine. */
const TOOLS: readonly unknown[] = ['web_search', 'filesystem', 'browser', 'computer'];

/** `config.yaml` in two parts. */
export interface SplitConfig {
  /** What the runtime's own schema checks. */
  readonly own: unknown;
  /** What belongs to the platform, by its path. */
  readonly ofPlatform: Readonly<Record<string, unknown>>;
}

/** Takes the platform's keys out of `config.yaml`. Whatever is left and unknown is a mistake. */
export function splitPlatformKeys(root: unknown): SplitConfig {
  if (!isObject(root)) return { own: root, ofPlatform: {} };
  const ofPlatform: Record<string, unknown> = {};
  const take = (map: Record<string, unknown>, keys: readonly string[], prefix: string) => {
    const kept = { ...map };
    for (const key of keys.filter((name) => name in kept)) {
      ofPlatform[`${prefix}${key}`] = kept[key];
      delete kept[key];
    }
    return kept;
  };
  const own = take(root, TOP, '');
  if (isObject(own['delegation'])) own['delegation'] = take(own['delegation'], OF_DELEGATION, 'delegation.');
  if (Array.isArray(own['tools'])) {
    const tools: readonly unknown[] = own['tools'];
    for (const tool of tools.filter((name) => TOOLS.includes(name))) ofPlatform[`tools: ${String(tool)}`] = true;
    own['tools'] = tools.filter((name) => !TOOLS.includes(name));
  }
  return { own, ofPlatform };
}

/** The variables that `config.yaml` requires: `env.required` and `runtime_config.required_env`. */
export function requiredEnv(ofPlatform: Readonly<Record<string, unknown>>, runtimeConfig: object): readonly string[] {
  const env = ofPlatform['env'];
  const named = [
    isObject(env) ? env['required'] : undefined,
    (runtimeConfig as Record<string, unknown>)['required_env'],
  ];
  const all = named.flatMap((names): readonly unknown[] => (Array.isArray(names) ? names : []));
  return [...new Set(all.filter((name): name is string => typeof name === 'string' && name !== ''))];
}

/** Keys with an effect of their own. */
const USED: readonly string[] = ['env', 'initial_prompt_file'];

/** The platform's keys that have no effect here. */
export function keysWithoutEffect(ofPlatform: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(ofPlatform).filter((key) => !USED.includes(key));
}
