import type { ModelEndpoint } from '@molecule/adapters';
import { HermesError } from '../hermes-error.js';
import { type Environment, PROVIDERS, type ProviderName, parseModel } from './providers.js';

/** The `model` section of Hermes' own configuration. */
export interface HermesModel {
  readonly default: string;
  readonly provider: 'custom';
  readonly base_url: string;
  readonly api_key: string;
  readonly api_mode: 'chat_completions' | 'anthropic_messages';
  readonly context_length: number;
}

/** What the model of Hermes is made from. */
export interface ModelSource {
  readonly model: string;
  readonly modelEndpoint?: ModelEndpoint | undefined;
  readonly environment: Environment;
  readonly contextLength: number;
}

/**
 * The model for Hermes.
 *
 * @throws {HermesError} `HERMES_MODEL_INVALID`, `HERMES_MODEL_KEY_MISSING`
 */
export function hermesModel({ model, modelEndpoint, environment, contextLength }: ModelSource): HermesModel {
  if (modelEndpoint) {
    return {
      default: modelEndpoint.model,
      provider: 'custom',
      base_url: `${withoutTrailingSlash(modelEndpoint.baseUrl)}/v1`,
      api_key: modelEndpoint.apiKey,
      api_mode: 'chat_completions',
      context_length: contextLength,
    };
  }
  const { provider, name } = parseModel(model);
  return {
    default: name,
    provider: 'custom',
    base_url: withoutTrailingSlash(environment[PROVIDERS[provider].baseUrlVariable] || PROVIDERS[provider].baseUrl),
    api_key: keyOf(provider, model, environment),
    api_mode: PROVIDERS[provider].apiMode,
    context_length: contextLength,
  };
}

function keyOf(provider: ProviderName, model: string, environment: Environment): string {
  const { keyVariable, baseUrlVariable } = PROVIDERS[provider];
  const key = environment[keyVariable];
  if (key) return key;
  // A server of one's own often asks for no key.
  if (environment[baseUrlVariable]) return 'none';
  throw new HermesError(
    'HERMES_MODEL_KEY_MISSING',
    `The model "${model}" needs a key, and ${keyVariable} is not set. Set it in the environment.`,
  );
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}
