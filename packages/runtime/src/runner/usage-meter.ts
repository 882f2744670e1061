import type { JsonValue, UsageEvent } from '@molecule/adapters';

/** Metadata key of what a turn has used. */
const USAGE_KEY = 'molecule.usage';

/** Adds up what a turn uses. */
export class UsageMeter {
  #inputTokens = 0;
  #outputTokens = 0;
  #costUsd: number | undefined;
  #model: string | undefined;
  #seen = false;

  add(event: UsageEvent): void {
    this.#seen = true;
    this.#inputTokens += event.inputTokens;
    this.#outputTokens += event.outputTokens;
    if (event.costUsd !== undefined) this.#costUsd = (this.#costUsd ?? 0) + event.costUsd;
    if (event.model !== undefined) this.#model = event.model;
  }

  get inputTokens(): number {
    return this.#inputTokens;
  }

  get outputTokens(): number {
    return this.#outputTokens;
  }

  /** The model that answered, as it calls itself. */
  get model(): string | undefined {
    return this.#model;
  }

  /** For the turn's last event; undefined when the engine reported nothing. */
  metadata(): Readonly<Record<string, JsonValue>> | undefined {
    if (!this.#seen) return undefined;
    return {
      [USAGE_KEY]: {
        inputTokens: this.#inputTokens,
        outputTokens: this.#outputTokens,
        ...(this.#costUsd !== undefined && { costUsd: this.#costUsd }),
        ...(this.#model !== undefined && { model: this.#model }),
      },
    };
  }
}
