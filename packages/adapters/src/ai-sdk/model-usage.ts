import type { UsageEvent } from '../contract/turn-event.js';
import type { ModelUsage } from './stream-part.js';

/** US dollars for a million tokens. */
export interface TokenPrices {
  readonly input: number;
  /** Of those that come from the provider's cache. Default: `input`. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
}

/** The usage of a call. Its cost is that of the prices, or what the provider says (OpenRouter does). */
export function usageEvent(usage: ModelUsage, model: string | undefined, prices: TokenPrices | undefined): UsageEvent {
  const { inputTokens, outputTokens, raw } = usage;
  const [input, output] = [countOf(inputTokens.total) ?? 0, countOf(outputTokens.total) ?? 0];
  const [cacheRead, reasoning] = [countOf(inputTokens.cacheRead), countOf(outputTokens.reasoning)];
  const costUsd = prices ? costOf(input, cacheRead ?? 0, output, prices) : raw?.['cost'];
  return {
    type: 'usage',
    inputTokens: input,
    outputTokens: output,
    ...(cacheRead !== undefined && { cachedInputTokens: cacheRead }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
    ...(typeof costUsd === 'number' && { costUsd }),
    ...(model && { model }),
  };
}

/** Some servers count in fractions, or below zero. */
function countOf(tokens: unknown): number | undefined {
  if (typeof tokens !== 'number' || !Number.isFinite(tokens)) return undefined;
  return Math.min(Math.max(0, Math.round(tokens)), Number.MAX_SAFE_INTEGER);
}

function costOf(input: number, cached: number, output: number, prices: TokenPrices): number {
  const { cachedInput = prices.input } = prices;
  return ((input - cached) * prices.input + cached * cachedInput + output * prices.output) / 1_000_000;
}
