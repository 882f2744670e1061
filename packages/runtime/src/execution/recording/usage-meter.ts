import type { JsonValue, UsageEvent } from '@molecule/adapters';

type Count = 'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'reasoningTokens' | 'costUsd';
const COUNTS: readonly Count[] = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningTokens', 'costUsd'];

/** Sums the usage of a turn over all of its attempts. */
export class UsageMeter {
  readonly #sums: Partial<Record<Count, number>> = {};
  #model: string | undefined;

  /** @param before usage of earlier attempts, as returned by {@link total} */
  constructor(before?: unknown) {
    if (typeof before === 'object' && before !== null) this.add(before);
  }

  add(event: Partial<Omit<UsageEvent, 'type'>>): void {
    for (const count of COUNTS) {
      const value = event[count];
      if (typeof value === 'number') this.#sums[count] = (this.#sums[count] ?? 0) + value;
    }
    if (typeof event.model === 'string') this.#model = event.model;
  }

  get inputTokens(): number {
    return this.#sums.inputTokens ?? 0;
  }

  get outputTokens(): number {
    return this.#sums.outputTokens ?? 0;
  }

  /** The model that answered, as the provider names it. */
  get model(): string | undefined {
    return this.#model;
  }

  /** Undefined if the engine reported no usage. */
  total(): JsonValue | undefined {
    if (Object.keys(this.#sums).length === 0) return undefined;
    return { ...this.#sums, ...(this.#model !== undefined && { model: this.#model }) };
  }
}
