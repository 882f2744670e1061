import { z } from 'zod';

const dollars = z.number().nonnegative();
const prices = z
  .strictObject({ input: dollars, cached_input: dollars.optional(), output: dollars })
  .transform(({ input, cached_input: cachedInput, output }) => ({ input, cachedInput, output }));
const mcpServer = z.strictObject({
  url: z.url(),
  /** The variable of the environment that has the bearer token. Default: none is sent. */
  token_variable: z.string().optional(),
});

/** `runtime_config` of `config.yaml`. */
export const configSchema = z.strictObject({
  /** Model calls that one turn may take between two questions to a person. Default 50, so that an agent that goes in circles ends. */
  max_steps: z.int().positive().default(50),
  /** Tools of which a person must approve each call, those of the runtime and of MCP servers included. Default: the one that changes something. */
  approval: z.array(z.string()).default(['save_note']),
  /** MCP servers whose tools the agent has. Default: none. */
  mcp_servers: z.array(mcpServer).default([]),
  /** JSON Schema of the answer, which is then data. Default: the answer is text. */
  output_schema: z.record(z.string(), z.json()).optional(),
  /** Media types of files that the model is given itself. Others it gets as text or by their path. Default: what most models read. */
  file_types: z.array(z.string()).default(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf']),
  /** US dollars for a million tokens. Default: the cost that the provider gives, if it does. */
  prices: prices.optional(),
});

export type Config = z.output<typeof configSchema>;
