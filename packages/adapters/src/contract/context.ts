import type { Logger } from './logger.js';
import type { Skill } from './skill.js';
import type { RuntimeTool } from './tool.js';

/** The folders and the id of one workspace. All paths are absolute, and exist when the adapter gets them. */
export interface Workspace {
  /** `WORKSPACE_ID`, or a name made from the configuration's `name` when it is not set. */
  readonly id: string;
  /** Where `config.yaml` lies; prompts and skills are found from here. Treat as read-only. */
  readonly configDir: string;
  /** Where the engine may keep what must survive the process (sessions, checkpoints). Survives restarts. */
  readonly stateDir: string;
  /** The working directory that the agent itself sees and may write to. */
  readonly workDir: string;
}

/**
 * A model endpoint that replaces the provider's own, over HTTP. It speaks both OpenAI chat completions
 * (`<baseUrl>/v1/chat/completions`) and Anthropic messages (`<baseUrl>/v1/messages`). The runtime sets it when it
 * serves its offline demo model.
 */
export interface ModelEndpoint {
  /** Without the `/v1`. */
  readonly baseUrl: string;
  /** The model's name at that endpoint. */
  readonly model: string;
  readonly apiKey: string;
}

/**
 * The runtime's tools over MCP (streamable HTTP on loopback), for engines that take tools in no other way. An engine names
 * the context of the turn that it calls for: `<url>?context=<encodeURIComponent(turn.contextId)>`.
 */
export interface McpEndpoint {
  readonly url: string;
  /**
   * To be sent as `Authorization: Bearer <token>`. New with each start of the runtime, and worth nothing after it. Not for
   * command lines, which others on the machine can read.
   */
  readonly token: string;
}

/** All that an adapter needs to make its engine. An adapter reads nothing else: no `process.env`, no `process.cwd()`. */
export interface AdapterContext<Config = unknown> {
  /** `runtime_config` of `config.yaml`, after the adapter's `configSchema`. */
  readonly config: Config;
  /** `model` of `config.yaml` or `MOLECULE_MODEL`, in the notation `provider:name`, for example `openai:gpt-4.1`. */
  readonly model: string;
  /** Set when the model is to be reached here instead of at its provider. It wins over `model`. */
  readonly modelEndpoint?: ModelEndpoint;
  /**
   * The assembled system prompt; may be empty. Prompt files, skills and peers may change while the engine lives: each
   * reading gives the newest, so an engine that can takes it anew for each turn.
   */
  readonly systemPrompt: string;
  /**
   * The workspace's skills, by id; may be empty. Each reading gives the newest. They stand in the system prompt unless the
   * adapter has `nativeSkills`.
   */
  readonly skills: readonly Skill[];
  /** The runtime's own tools; may be empty. */
  readonly tools: readonly RuntimeTool[];
  /** The same tools over MCP; absent when there are none. */
  readonly mcp?: McpEndpoint;
  readonly workspace: Workspace;
  /** The process environment as the runtime saw it at boot. Keys and base URLs of providers come from here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}
