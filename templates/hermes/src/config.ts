import { z } from 'zod';

const seconds = z.number().positive();

/** One MCP server that Hermes connects to, in the words of its own `mcp_servers` section. */
const mcpServerSchema = z.record(z.string(), z.json());

/**
 * `runtime_config` of config.yaml. Every key is optional; unknown keys are an error, so that a typing mistake is not
 * silently ignored.
 */
export const configSchema = z.strictObject({
  /** The `hermes` program: a path, a name on the PATH, or a list of a program and its arguments. Default: searched for. */
  hermes_command: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  /**
   * Hermes toolsets that the agent may use. Default: terminal, file and todo at a real model, none at the offline demo
   * model, which cannot call tools.
   */
  toolsets: z.array(z.string().min(1)).optional(),
  /** Seconds that Hermes may take until its health probe answers. Default 120: a first start compiles its modules. */
  start_timeout_seconds: seconds.default(120),
  /**
   * Seconds for which Hermes holds a run that waits for a person's answer; at most a week. The question stays open afterwards; a later
   * answer restarts the run from its transcript, which takes some seconds more. Default 3600.
   */
  approval_timeout_seconds: seconds.max(604_800).default(3600),
  /** Tokens that fit the model. Set, because Hermes asks other hosts for it otherwise. Default 131072. */
  context_length: z.number().int().min(1024).default(131_072),
  /** Model calls that one turn may make. Default 90, as in Hermes. */
  max_steps: z.number().int().min(1).default(90),
  /** Times that Hermes itself tries a failing model call. Default 3, as in Hermes. */
  model_retries: z.number().int().min(1).default(3),
  /**
   * The number of simultaneous runs; a further one fails with `rate-limit`. Runs that wait for a person make room for it. Default 10, as in
   * Hermes.
   */
  max_concurrent_runs: z.number().int().min(1).default(10),
  /** Environment variables that the agent's commands may read. Default: none beyond PATH, HOME, locale and proxy. */
  pass_environment: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable')).default([]),
  /** Written to Hermes' `mcp_servers` unchanged. Default: none. */
  mcp_servers: z.record(z.string().min(1), mcpServerSchema).default({}),
});

/** The settings after validation, defaults filled in. */
export type HermesConfig = z.output<typeof configSchema>;
