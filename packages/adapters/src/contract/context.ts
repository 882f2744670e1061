import type { Logger } from './logger.js';
import type { Skill } from './skill.js';
import type { EngineStore } from './store.js';
import type { RuntimeTool } from './tool.js';

/** Id and directories of one workspace. All paths are absolute, and exist before `createEngine` is called. */
export interface Workspace {
  /** `WORKSPACE_ID`; if that is not set, made of `name` in `config.yaml`. */
  readonly id: string;
  /** The directory of `config.yaml`. Paths of prompts and skills are relative to it. Treat as read-only. */
  readonly configDir: string;
  /**
   * For what the engine must find again after a restart on this machine. No other part of the runtime writes here. What must also be
   * found on other machines, such as conversations, belongs into {@link AdapterContext.store}.
   */
  readonly stateDir: string;
  /**
   * The state directory of the runtime, which holds the records and files of all owners; `stateDir` and most working directories are
   * inside. Apart from `turn.workDir`, an engine keeps its tools out of it as far as it can. Absent outside of the runtime.
   */
  readonly runtimeDir?: string;
  /**
   * The base of the working directories. An engine starts programs here that serve all turns. The tools of a turn work in `turn.workDir`,
   * which may be another directory.
   */
  readonly workDir: string;
}

/**
 * An HTTP endpoint that replaces the model provider's own. It serves both OpenAI chat completions
 * (`<baseUrl>/v1/chat/completions`) and Anthropic messages (`<baseUrl>/v1/messages`). The runtime sets it if it serves the offline
 * demo model.
 */
export interface ModelEndpoint {
  /** Without `/v1`. */
  readonly baseUrl: string;
  /** The model's name at this endpoint. */
  readonly model: string;
  /** Sent as the provider's key would be. */
  readonly apiKey: string;
}

/**
 * The runtime's tools as an MCP server (streamable HTTP on loopback), for engines that support no other kind of tool. Each turn gets
 * its own with `TurnControls.mcp`.
 */
export interface McpEndpoint {
  /** The same for all turns until the runtime stops. */
  readonly url: string;
  /**
   * Sent as `Authorization: Bearer <token>`. It names the turn: a call acts in this turn, and is refused after the turn has ended. Do not
   * put it on a command line, which other users of the machine can read.
   */
  readonly token: string;
}

/**
 * Everything that `createEngine` may use. An adapter reads neither `process.env` nor `process.cwd()`, so that several workspaces can
 * run in one process.
 */
export interface AdapterContext<Config = unknown> {
  /** `runtime_config` of `config.yaml`, as the adapter's `configSchema` returned it. */
  readonly config: Config;
  /** `MOLECULE_MODEL` or `model` of `config.yaml`, as `provider:name`, for example `openai:gpt-4.1`. */
  readonly model: string;
  /** If set, the engine uses this endpoint and its model instead of `model`. */
  readonly modelEndpoint?: ModelEndpoint;
  /**
   * The composed system prompt; may be empty. A getter: prompt files, skills and peers can change while the engine runs, and each read
   * returns the current text. Read it for each turn if the engine allows that.
   */
  readonly systemPrompt: string;
  /**
   * The workspace's skills, sorted by id; may be empty. A getter: each read returns the current ones. The system prompt holds them
   * already, unless the adapter has `nativeSkills`.
   */
  readonly skills: readonly Skill[];
  /** The tools that the runtime offers to the model; may be empty. */
  readonly tools: readonly RuntimeTool[];
  /** The address of the same tools over MCP; absent if `tools` is empty. Each turn gets its token with `TurnControls.mcp`. */
  readonly mcp?: Pick<McpEndpoint, 'url'>;
  readonly workspace: Workspace;
  /**
   * What the engine has stored of its contexts, for work outside of turns such as a transcript. Turns read and write it with
   * `TurnControls.store`. The runtime deletes what is stored of a context after `forget`. Absent in runtimes that have no such store.
   */
  readonly store?: EngineStore;
  /**
   * The process environment at the start, without the runtime's own secrets (`DATABASE_URL`, `MOLECULE_TOKENS` and others). Keys and base
   * URLs of model providers are read from it.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes to the workspace's log. */
  readonly logger: Logger;
}
