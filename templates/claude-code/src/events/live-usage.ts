import type { SDKPartialAssistantMessage } from '@anthropic-ai/claude-agent-sdk';
import type { UsageEvent } from '@molecule/adapters';
import { addTotals, count, NO_USAGE, type UsageTotals, usageEvent } from './usage.js';

type StreamEvent = SDKPartialAssistantMessage['event'];
type MessageStart = Extract<StreamEvent, { type: 'message_start' }>['message'];

/**
 * Counts each model call when it ends, so that a turn that is then killed, canceled or failed has reported its usage. What it cannot
 * count (subagents, side jobs, the price) is added at the turn's end.
 */
export class LiveUsage {
  #started: MessageStart | undefined;
  #told: UsageTotals = NO_USAGE;

  /** The sum of all events so far. */
  get told(): UsageTotals {
    return this.#told;
  }

  hear(event: StreamEvent): readonly UsageEvent[] {
    if (event.type === 'message_start') this.#started = event.message;
    if (event.type !== 'message_delta' || this.#started === undefined) return [];
    const { usage, model } = this.#started;
    this.#started = undefined;
    const cached = count(usage?.cache_read_input_tokens);
    const used: UsageTotals = {
      inputTokens: count(usage?.input_tokens) + cached + count(usage?.cache_creation_input_tokens),
      cachedInputTokens: cached,
      outputTokens: count(event.usage?.output_tokens),
      reasoningTokens: 0,
      costUsd: 0,
    };
    const told = addTotals(this.#told, used);
    const [before, after] = [this.#told, told];
    this.#told = told;
    return [usageEvent(before, after, model)];
  }
}
