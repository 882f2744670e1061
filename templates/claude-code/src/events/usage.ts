import type { SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import type { UsageEvent } from '@molecule/adapters';
import type { TranscriptLine } from '../sessions/transcript-entry.js';

type ModelUsage = Readonly<Record<string, Partial<SDKResultMessage['modelUsage'][string]>>>;

/** What a session has used since it began. */
export interface UsageTotals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of `inputTokens`. */
  readonly cachedInputTokens: number;
  /** Of `outputTokens`. */
  readonly reasoningTokens: number;
  readonly costUsd: number;
}

export const NO_USAGE: UsageTotals = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
};

/** More than any turn uses. */
const MOST = 1e12;

/** A number of tokens; 0 for anything else, since the value comes from the provider. */
export function count(tokens: unknown): number {
  return typeof tokens === 'number' && tokens > 0 && tokens <= MOST ? Math.round(tokens) : 0;
}

/** What a process of a resumed session starts to count from: the totals that the transcript has saved last. */
export function savedTotals(entries: readonly TranscriptLine[]): UsageTotals {
  const saved = entries.findLast((entry) => entry.type === 'cost-state');
  if (saved === undefined) return NO_USAGE;
  return totals((saved['modelUsage'] ?? {}) as ModelUsage, Number(saved['totalCostUSD'] ?? 0));
}

/** The totals are of all turns, of helpers and subagents, too. */
export function resultTotals(result: SDKResultMessage): UsageTotals {
  return totals(result.modelUsage, result.total_cost_usd);
}

export function addTotals(one: UsageTotals, other: UsageTotals): UsageTotals {
  return combine(one, other, (a, b) => a + b);
}

/** The usage between two totals. */
export function usageEvent(before: UsageTotals, after: UsageTotals, model: string | undefined): UsageEvent {
  const used = combine(after, before, (a, b) => Math.max(0, a - b));
  return {
    type: 'usage',
    inputTokens: used.inputTokens,
    outputTokens: used.outputTokens,
    ...(used.cachedInputTokens === 0 ? {} : { cachedInputTokens: used.cachedInputTokens }),
    ...(used.reasoningTokens === 0 ? {} : { reasoningTokens: used.reasoningTokens }),
    ...(used.costUsd === 0 ? {} : { costUsd: used.costUsd }),
    ...(model === undefined ? {} : { model }),
  };
}

function combine(one: UsageTotals, other: UsageTotals, how: (a: number, b: number) => number): UsageTotals {
  return {
    inputTokens: how(one.inputTokens, other.inputTokens),
    outputTokens: how(one.outputTokens, other.outputTokens),
    cachedInputTokens: how(one.cachedInputTokens, other.cachedInputTokens),
    reasoningTokens: how(one.reasoningTokens, other.reasoningTokens),
    costUsd: how(one.costUsd, other.costUsd),
  };
}

function totals(usage: ModelUsage, costUsd: number): UsageTotals {
  const models = Object.values(usage);
  const sum = (read: (model: ModelUsage[string]) => number | undefined) =>
    models.reduce((total, model) => total + count(read(model)), 0);
  const cachedInputTokens = sum((model) => model.cacheReadInputTokens);
  return {
    inputTokens: sum((model) => model.inputTokens) + cachedInputTokens + sum((model) => model.cacheCreationInputTokens),
    outputTokens: sum((model) => model.outputTokens),
    cachedInputTokens,
    // The SDK's types do not have it yet.
    reasoningTokens: sum((model) => (model as { readonly thinkingTokens?: number }).thinkingTokens),
    costUsd: costUsd > 0 && costUsd <= MOST ? costUsd : 0,
  };
}
