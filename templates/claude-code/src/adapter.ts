import { type Adapter, defineAdapter } from '@molecule/adapters';
import { type ClaudeCodeConfig, configSchema } from './config.js';
import { createClaudeEngine } from './create-engine.js';
import { CREDENTIALS } from './model/credentials.js';

/** Claude Code as a Molecule engine: the real Claude Agent SDK with its own command line program. */
export const adapter: Adapter<ClaudeCodeConfig> = defineAdapter<ClaudeCodeConfig>({
  name: 'claude-code',
  displayName: 'Claude Code',
  description: 'Runs Claude Code through the Claude Agent SDK, with durable sessions and approvals.',
  configSchema,
  nativeSkills: true,
  credentials: () => ({ anyOf: CREDENTIALS, demoModel: true }),
  createEngine: createClaudeEngine,
});
