import type { CredentialRequirement } from '@molecule/adapters';
import { findProvider } from './providers.js';

/**
 * What is needed to reach a model: its provider's key. For an unknown provider nothing can be named; making the engine
 * says what is wrong. A server of one's own that speaks OpenAI's API often needs no key.
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
