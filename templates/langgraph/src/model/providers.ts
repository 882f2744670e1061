/** Where a provider is, and which environment variables speak of it. */
export interface Provider {
  readonly name: string;
  /** The wire format that its API speaks. */
  readonly api: 'openai' | 'anthropic';
  readonly defaultBaseUrl: string;
  readonly keyVariable: string;
  /** Variable that names another base URL. Absent: the provider has only one address. */
  readonly baseUrlVariable?: string;
}

/** To add a provider with OpenAI's API, add a line here. */
const PROVIDERS: readonly Provider[] = [
  {
    name: 'openai',
    api: 'openai',
    defaultBaseUrl: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    baseUrlVariable: 'OPENAI_BASE_URL',
  },
  {
    name: 'anthropic',
    api: 'anthropic',
    defaultBaseUrl: 'https://api.anthropic.com',
    keyVariable: 'ANTHROPIC_API_KEY',
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
  },
  {
    name: 'openrouter',
    api: 'openai',
    defaultBaseUrl: 'https://openrouter.ai/api/v1',
    keyVariable: 'OPENROUTER_API_KEY',
  },
];

/** A model in the notation `provider:name`, taken apart. */
export interface ModelName {
  readonly provider: Provider;
  readonly name: string;
}

/** The provider of a model in the notation `provider:name`. */
export function findProvider(model: string): Provider | undefined {
  return PROVIDERS.find((provider) => model.trimStart().startsWith(`${provider.name}:`));
}

/**
 * Takes `provider:name` apart; the name may hold colons (`openrouter:meta-llama/llama-4:free`).
 * @throws Error when the provider is unknown or the name is missing.
 */
export function parseModelName(model: string): ModelName {
  const provider = findProvider(model);
  const name = model.slice(model.indexOf(':') + 1).trim();
  if (provider !== undefined && name !== '') return { provider, name };
  const known = PROVIDERS.map((candidate) => `${candidate.name}:<name>`).join(', ');
  const found = provider === undefined ? 'it names no provider of this template' : 'the name is missing';
  throw new Error(
    `The model "${model}" cannot be used: ${found}. Write ${known}; for another server that speaks OpenAI's API, ` +
      'openai:<name> with OPENAI_BASE_URL or runtime_config.base_url. The model is set in config.yaml or MOLECULE_MODEL.',
  );
}
