import { z } from 'zod';

/** The template's own tools, by their names for the model. */
export const BUILT_IN_TOOL_NAMES = [
  'current_time',
  'calculate',
  'list_files',
  'read_file',
  'write_file',
  'ask_person',
] as const;

const toolName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be the name of a tool, in lower case with underscores');

/** `runtime_config` of `config.yaml`. */
export const configSchema = z.strictObject({
  /** Sampling temperature, 0 to 2. Default: the provider's own; some models refuse any other. */
  temperature: z.number().min(0).max(2).optional(),
  /** Upper bound of the tokens in one model answer. Default: the provider's own. */
  max_tokens: z.int().positive().optional(),
  /**
   * How many model calls one turn may take. Default 50: real work with tools rarely needs 20, and an agent that calls
   * tools in a circle should stop while it is still cheap.
   */
  max_steps: z.int().positive().default(50),
  /** Base URL of an API that speaks the provider's language, `/v1` included. Wins over `OPENAI_BASE_URL` and the like. */
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Seconds until a model call must begin to answer. Default 300: reasoning models may think for minutes first. */
  request_timeout_seconds: z.number().positive().default(300),
  /**
   * How often the model client itself repeats a failed call. Default 0: the runtime retries the turn, respects Retry-After, and repeats
   * no finished step. Two layers of retries multiply.
   */
  max_retries: z.int().nonnegative().default(0),
  /** Whether the model accepts pictures. Default: true at a provider's own address, false at any other. */
  image_input: z.boolean().optional(),
  /**
   * JSON Schema of an object: what the result of a task looks like as data. The model then gives it with the tool `give_data`, and callers get it
   * as a data artifact beside the answer. Default: the answer is text only.
   */
  output_schema: z.looseObject({ type: z.literal('object') }).optional(),
  tools: z
    .strictObject({
      /** Which of the template's own tools the agent has. Default: all. */
      enabled: z.array(z.enum(BUILT_IN_TOOL_NAMES)).default([...BUILT_IN_TOOL_NAMES]),
      /** Tools that a person must approve, call by call. Default: only the one that changes something. */
      approval: z.array(toolName).default(['write_file']),
    })
    .prefault({}),
});

export type LangGraphConfig = z.output<typeof configSchema>;
