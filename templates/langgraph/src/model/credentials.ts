import type { CredentialRequirement } from '@molecule/adapters';
import { parseModelName } from './providers.js';

/** A server of one's own that speaks OpenAI's API often needs no key; a provider always does. */
export function credentials(
  model: string,
  environment: Readonly<Record<string, string | undefined>>,
): CredentialRequirement {
  const { provider } = parseModelName(model);
  const ownServer = provider.api === 'openai' && provider.baseUrlVariable && environment[provider.baseUrlVariable];
  return { anyOf: ownServer ? [] : [provider.keyVariable], demoModel: true };
}
