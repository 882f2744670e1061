import type { AdapterContext } from '@molecule/adapters';
import type { LangGraphConfig } from '../config.js';
import { parseModelName } from './providers.js';

/** The address of the model, its name there, and the wire format. */
export interface Endpoint {
  /** For messages to people, for example `openai`. */
  readonly provider: string;
  readonly api: 'openai' | 'anthropic';
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string;
  /** True when pictures may be sent to it. */
  readonly images: boolean;
}

/** Sent to a server that needs no key; the clients insist on one. */
const NO_KEY = 'none';

/**
 * The endpoint for `context`: the runtime's if it provides one, otherwise the provider's, whose address the configuration or the
 * environment may override.
 *
 * @throws {Error} if the model or its key cannot be used; the message names the variable to set
 */
export function resolveEndpoint(context: AdapterContext<LangGraphConfig>): Endpoint {
  const { config, environment, modelEndpoint } = context;
  if (modelEndpoint !== undefined) {
    return {
      provider: 'model endpoint',
      api: 'openai',
      baseUrl: `${modelEndpoint.baseUrl.replace(/(?<!\/)\/+$/, '')}/v1`,
      model: modelEndpoint.model,
      apiKey: modelEndpoint.apiKey || NO_KEY,
      images: config.image_input ?? false,
    };
  }
  const { provider, name } = parseModelName(context.model);
  const fromEnvironment = provider.baseUrlVariable === undefined ? undefined : environment[provider.baseUrlVariable];
  const ownBaseUrl = config.base_url ?? (fromEnvironment || undefined);
  const apiKey = environment[provider.keyVariable] || undefined;
  const needsKey = provider.api !== 'openai' || ownBaseUrl === undefined;
  if (apiKey === undefined && needsKey) {
    throw new Error(`The model "${context.model}" needs ${provider.keyVariable} in the environment; it is not set.`);
  }
  return {
    provider: provider.name,
    api: provider.api,
    baseUrl: ownBaseUrl ?? provider.defaultBaseUrl,
    model: name,
    apiKey: apiKey ?? NO_KEY,
    images: config.image_input ?? ownBaseUrl === undefined,
  };
}
