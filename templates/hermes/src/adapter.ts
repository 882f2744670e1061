import { type Adapter, defineAdapter } from '@molecule/adapters';
import { createEngine } from './create-engine.js';
import { credentials } from './model/credentials.js';
import { type HermesSettings, settingsSchema } from './settings.js';

/** Hermes Agent as a Molecule runtime. */
export const adapter: Adapter<HermesSettings> = defineAdapter({
  name: 'hermes',
  displayName: 'Hermes Agent',
  description: 'The Hermes Agent of Nous Research: its gateway is started, supervised and driven over its runs API.',
  configSchema: settingsSchema,
  credentials,
  createEngine,
});
