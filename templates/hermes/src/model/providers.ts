import { HermesError } from '../hermes-error.js';

/** Environment variables as the runtime saw them at boot. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Provider {
  readonly keyVariable: string;
  readonly baseUrlVariable: string;
  readonly baseUrl: string;
  readonly apiMode: 'chat_completions' | 'anthropic_messages';
}

/** The model providers that `model: provider:name` may name. */
export const PROVIDERS = {
  openai: {
    keyVariable: 'OPENAI_API_KEY',
    baseUrlVariable: 'OPENAI_BASE_URL',
    baseUrl: 'https://api.openai.com/v1',
    apiMode: 'chat_completions',
  },
  openrouter: {
    keyVariable: 'OPENROUTER_API_KEY',
    baseUrlVariable: 'OPENROUTER_BASE_URL',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiMode: 'chat_completions',
  },
  anthropic: {
    keyVariable: 'ANTHROPIC_API_KEY',
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
    baseUrl: 'https://api.anthropic.com',
    apiMode: 'anthropic_messages',
  },
} as const satisfies Record<string, Provider>;

export type ProviderName = keyof typeof PROVIDERS;

/**
 * Splits `provider:name`.
 *
 * @throws {HermesError} `HERMES_MODEL_INVALID` for any other form; it lists the known providers
 */
export function parseModel(model: string): { provider: ProviderName; name: string } {
  const colon = model.indexOf(':');
  const provider = model.slice(0, Math.max(colon, 0));
  const name = model.slice(colon + 1);
  if (isProvider(provider) && name !== '') return { provider, name };
  throw new HermesError(
    'HERMES_MODEL_INVALID',
    `The model is "${model}", but Hermes needs provider:name, where the provider is one of ` +
      `${Object.keys(PROVIDERS).join(', ')}; for example openai:gpt-4.1. Set \`model\` in config.yaml or MOLECULE_MODEL.`,
  );
}

/** True for the name of a supported provider. */
export function isProvider(name: string): name is ProviderName {
  return Object.hasOwn(PROVIDERS, name);
}
