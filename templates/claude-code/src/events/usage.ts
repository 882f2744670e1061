import type { SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import type { UsageEvent } from '@molecule/adapters';
import type { TranscriptLine } from '../sessions/transcript-entry.js';

type ModelUsage = Readonly<Record<string, Partial<SDKResultMessage['modelUsage'][string]>>>;

/** What a session has used since it began. */
export interface UsageTotals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

const NOTHING: UsageTotals = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** What a process of a resumed session starts to count from: the totals that the transcript has saved last. */
export function savedTotals(entries: readonly TranscriptLine[]): UsageTotals {
  const saved = entries.findLast((entry) => entry.type === 'cost-state');
  if (saved === undefined) return NOTHING;
  return totals((saved['modelUsage'] ?? {}) as ModelUsage, Number(saved['totalCostUSD'] ?? 0));
}

/** The totals are of all turns, of helpers and subagents, too. */
export function resultTotals(result: SDKResultMessage): UsageTotals {
  return totals(result.modelUsage, result.total_cost_usd);
}

/** What was used between two totals. */
export function usageEvent(before: UsageTotals, after: UsageTotals, model: string | undefined): UsageEvent {
  return {
    type: 'usage',
    inputTokens: Math.max(0, after.inputTokens - before.inputTokens),
    outputTokens: Math.max(0, after.outputTokens - before.outputTokens),
    costUsd: Math.max(0, after.costUsd - before.costUsd),
    ...(model === undefined ? {} : { model }),
  };
}

function totals(usage: ModelUsage, costUsd: number): UsageTotals {
  const models = Object.values(usage);
  const sum = (read: (model: ModelUsage[string]) => number) => models.reduce((total, model) => total + read(model), 0);
  return {
    inputTokens: sum(
      (model) => (model.inputTokens ?? 0) + (model.cacheReadInputTokens ?? 0) + (model.cacheCreationInputTokens ?? 0),
    ),
    outputTokens: sum((model) => model.outputTokens ?? 0),
    costUsd,
  };
}
