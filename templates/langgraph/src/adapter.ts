import { defineAdapter } from '@molecule/adapters';
import { configSchema, type LangGraphConfig } from './config.js';
import { LangGraphEngine } from './engine.js';
import { credentials } from './model/credentials.js';

export const adapter = defineAdapter<LangGraphConfig>({
  name: 'langgraph',
  displayName: 'LangGraph',
  description: 'An agent graph of LangGraph that goes on from its last checkpoint after a crash.',
  configSchema,
  credentials,
  createEngine: (context) => new LangGraphEngine(context),
});
