import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type AdapterContext, type CredentialRequirement, EngineError } from '@molecule/adapters';

type Environment = AdapterContext['environment'];
type Connect = (apiKey: string, baseURL: string | undefined) => (model: string) => LanguageModelV4;

/** Add a provider of the AI SDK in a line. Its key is in `<NAME>_API_KEY`, and another address in `<NAME>_BASE_URL`. */
const PROVIDERS: Readonly<Record<string, Connect>> = {
  openai: (apiKey, baseURL) => (baseURL ? compatible(apiKey, baseURL) : createOpenAI({ apiKey })),
  anthropic: (apiKey, baseURL) => createAnthropic({ apiKey, ...(baseURL && { baseURL: `${baseURL}/v1` }) }),
  openrouter: (apiKey, baseURL = 'https://openrouter.ai/api/v1') => compatible(apiKey, baseURL),
};

/** Any server with OpenAI's chat completions: Ollama, vLLM, a gateway. */
const compatible = (apiKey: string, baseURL: string) =>
  createOpenAICompatible({ name: 'model', apiKey, baseURL, includeUsage: true, supportsStructuredOutputs: true });

/** The model of `context`: the demo model if the runtime serves it, otherwise `provider:name`. */
export function createModel({ model, modelEndpoint: demo, environment }: AdapterContext<unknown>): LanguageModelV4 {
  if (demo) return compatible(demo.apiKey, `${demo.baseUrl}/v1`)(demo.model);
  const [provider = '', ...name] = model.split(':');
  const connect = PROVIDERS[provider];
  const problem = `The model "${model}" has no provider in src/model.ts, which has ${Object.keys(PROVIDERS).join(', ')}.`;
  if (!connect) throw new EngineError('unsupported', problem);
  return connect(environment[keyOf(provider)] ?? '', addressOf(provider, environment))(name.join(':'));
}

export function credentials(model: string, environment: Environment): CredentialRequirement {
  const [provider = ''] = model.split(':');
  const isFree = !PROVIDERS[provider] || addressOf(provider, environment);
  return { anyOf: isFree ? [] : [keyOf(provider)], demoModel: true };
}

const keyOf = (provider: string) => `${provider.toUpperCase()}_API_KEY`;
const addressOf = (provider: string, environment: Environment) =>
  environment[`${provider.toUpperCase()}_BASE_URL`]?.replace(/\/$/, '') || undefined;
