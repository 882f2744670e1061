import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { ChatOpenAI } from '@langchain/openai';
import type { LangGraphConfig } from '../config.js';
import { guardedFetch } from '../wire/guarded-fetch.js';
import type { Endpoint } from './endpoint.js';

/** The LangChain model for an endpoint. Nothing is sent before the first turn. */
export function createModel(endpoint: Endpoint, config: LangGraphConfig): BaseChatModel {
  const options = {
    model: endpoint.model,
    apiKey: endpoint.apiKey,
    maxRetries: config.max_retries,
    ...(config.temperature === undefined ? {} : { temperature: config.temperature }),
    ...(config.max_tokens === undefined ? {} : { maxTokens: config.max_tokens }),
  };
  const fetch = guardedFetch(endpoint.provider);
  const timeout = config.request_timeout_seconds * 1000;
  // The base URL is always passed: without it, both clients would read one from the process environment.
  if (endpoint.api === 'anthropic') {
    return new ChatAnthropic({ ...options, anthropicApiUrl: endpoint.baseUrl, clientOptions: { timeout, fetch } });
  }
  return new ChatOpenAI({ ...options, timeout, configuration: { baseURL: endpoint.baseUrl, fetch } });
}
