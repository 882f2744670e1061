import { type Adapter, defineAdapter } from '@molecule/adapters';
import { configSchema, type HermesConfig } from './config.js';
import { createEngine } from './create-engine.js';
import { credentials } from './model/credentials.js';

/** Hermes Agent as a Molecule runtime. */
export const adapter: Adapter<HermesConfig> = defineAdapter({
  name: 'hermes',
  displayName: 'Hermes Agent',
  description: 'The Hermes Agent of Nous Research: its gateway is started, supervised and driven over its runs API.',
  configSchema: configSchema,
  credentials,
  createEngine,
});
