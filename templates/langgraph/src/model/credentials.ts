import type { CredentialRequirement } from '@molecule/adapters';
import { findProvider } from './providers.js';

/**
 * The key of the model's provider. For an unknown provider there is none to name; creating the engine then reports the problem. A server
 * with OpenAI's API often needs no key.
 */
export function credentials(
  model: string,
  environment: Readonly<Record<string, string | undefined>>,
): CredentialRequirement {
  const provider = findProvider(model);
  if (provider === undefined) return { anyOf: [], demoModel: true };
  const ownServer = provider.api === 'openai' && provider.baseUrlVariable && environment[provider.baseUrlVariable];
  return { anyOf: ownServer ? [] : [provider.keyVariable], demoModel: true };
}
