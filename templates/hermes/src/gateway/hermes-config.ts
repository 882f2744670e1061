import type { HermesConfig } from '../config.js';
import type { HermesModel } from '../model/hermes-model.js';
import { TOOLSET } from './runtime-tools.js';

/** Toolsets at a real model, when the settings name none. */
const DEFAULT_TOOLSETS = ['terminal', 'file', 'todo'];

/** Seconds after which Hermes itself refuses, should no runtime be there to let the run go. */
const UNWATCHED_SECONDS = 86_400;

/** What Hermes' own config.yaml is made from. */
export interface HermesConfigSource {
  readonly settings: HermesConfig;
  readonly model: HermesModel;
  /** True at the offline demo model, which calls no tools. */
  readonly demoModel: boolean;
  readonly workDir: string;
  /** True when the runtime has tools for the agent. */
  readonly hasRuntimeTools: boolean;
}

/** The text of `$HERMES_HOME/config.yaml`. It is JSON, which is YAML, too: no value can break out of its place. */
export function hermesConfig({ settings, model, demoModel, workDir, hasRuntimeTools }: HermesConfigSource): string {
  const toolsets = settings.toolsets ?? (demoModel ? [] : DEFAULT_TOOLSETS);
  const config = {
    model,
    platform_toolsets: { api_server: hasRuntimeTools ? [...toolsets, TOOLSET] : toolsets },
    // Enabled also without tools of the runtime, because the plugin records how runs end.
    plugins: { enabled: [TOOLSET] },
    terminal: { cwd: workDir, auto_source_bashrc: false, env_passthrough: settings.pass_environment },
    approvals: { mode: 'manual', timeout: Math.ceil(settings.approval_timeout_seconds) + UNWATCHED_SECONDS },
    agent: { max_turns: settings.max_steps, api_max_retries: settings.model_retries },
    gateway: { api_server: { max_concurrent_runs: settings.max_concurrent_runs } },
    auxiliary: { title_generation: { enabled: false } },
    mcp_servers: settings.mcp_servers,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
