import type { CredentialRequirement } from '@molecule/adapters';
import { type Environment, isProvider, PROVIDERS } from './providers.js';

/**
 * The variables of which one must be set for `model`. A Hermes that is already running (`HERMES_API_BASE`) has its own model
 * and keys, so none is needed then.
 */
export function credentials(model: string, environment: Environment): CredentialRequirement {
  if (environment['HERMES_API_BASE']) return { anyOf: [], demoModel: false };
  const provider = model.slice(0, Math.max(model.indexOf(':'), 0));
  const known = isProvider(provider) ? [PROVIDERS[provider]] : Object.values(PROVIDERS);
  // An address of one's own counts as well: such a server often asks for no key.
  return {
    anyOf: known.flatMap(({ keyVariable, baseUrlVariable }) => [keyVariable, baseUrlVariable]),
    demoModel: true,
  };
}
