import { requiredEnv } from '../config/platform-keys.js';
import type { WorkspaceConfig } from '../config/workspace-config.js';
import type { Env } from './env.js';

/** A warning for each variable that `config.yaml` requires and that is not set. The engine decides whether it can do without. */
export function missingVariables(
  environment: Env,
  { ofPlatform, runtimeConfig }: Pick<WorkspaceConfig, 'ofPlatform' | 'runtimeConfig'>,
): string[] {
  return requiredEnv(ofPlatform, runtimeConfig)
    .filter((name) => (environment[name] ?? '').trim() === '')
    .map((name) => `config.yaml requires the variable ${name} (env.required, required_env), and it is not set`);
}
