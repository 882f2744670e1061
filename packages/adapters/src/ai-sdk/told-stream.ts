import type { StepEvent, StepRun } from '../contract/steps.js';
import { EngineError } from '../errors/engine-error.js';
import { WholeCharacters } from '../text/whole-characters.js';
import { insteadOfAnswer } from './answer-end.js';
import { type TokenPrices, usageEvent } from './model-usage.js';
import { fileOf, keepPart, type StreamPart, speaks } from './stream-part.js';

export interface Telling {
  /** True if the model has spoken before: what it says now is another paragraph. */
  readonly isNext: boolean;
  readonly tellsText: boolean;
  readonly prices: TokenPrices | undefined;
}

/** The parts of an answer while it comes: the client gets what is for it, and the parts are kept for the record. */
export class ToldStream {
  readonly #run: StepRun;
  readonly #telling: Telling;
  readonly #parts: StreamPart[] = [];
  readonly #text = new WholeCharacters();
  readonly #reasoning = new WholeCharacters();

  constructor(run: StepRun, telling: Telling) {
    this.#run = run;
    this.#telling = telling;
  }

  /** @throws what a part of the type `error` says */
  async add(part: StreamPart): Promise<void> {
    if (part.type === 'error') throw part.error;
    const whole = this.#whole(part);
    const event = this.#eventOf(whole);
    if (event) await this.#run.emit(event);
    keepPart(this.#parts, whole);
  }

  /**
   * @returns what is recorded
   * @throws {EngineError} `unavailable` or `overloaded` if the answer is not whole, `empty-answer` if there is none and no reason for it
   */
  async end(): Promise<readonly StreamPart[]> {
    const last = this.#parts.at(-1);
    if (last?.type !== 'finish') throw new EngineError('unavailable', 'The model broke off its answer.');
    const instead = insteadOfAnswer(this.#parts, last.finishReason);
    if (instead !== undefined) await this.#say(instead);
    return this.#parts;
  }

  /** A character that was split between two pieces counts, for the client and the record, with the second one. */
  #whole(part: StreamPart): StreamPart {
    if (part.type === 'text-delta') return { ...part, delta: this.#text.add(part.delta) };
    if (part.type === 'reasoning-delta') return { ...part, delta: this.#reasoning.add(part.delta) };
    return part;
  }

  /** For the client only: to the model it would be a word of its own. */
  async #say(text: string): Promise<void> {
    await this.#run.emit({ type: 'text-delta', text: this.#spoken({ delta: text }) });
  }

  #eventOf(part: StreamPart): StepEvent | undefined {
    switch (part.type) {
      case 'text-delta':
        if (part.delta === '' || !this.#telling.tellsText) return undefined;
        return { type: part.type, text: this.#spoken(part) };
      case 'reasoning-delta':
        return part.delta === '' ? undefined : { type: part.type, text: part.delta };
      case 'source': {
        const data = { title: part.title ?? '', ...(part.url !== undefined && { url: part.url }) };
        return { type: 'artifact', id: 'sources', name: 'Sources', parts: [{ kind: 'data', data }], append: true };
      }
      case 'file':
        return { type: 'file', file: fileOf(part) };
      case 'finish':
        return usageEvent(part.usage, this.#model, this.#telling.prices);
      default:
        return undefined;
    }
  }

  #spoken({ delta }: { readonly delta: string }): string {
    const isFirst = this.#telling.isNext && !this.#parts.some(speaks);
    return isFirst ? `\n\n${delta}` : delta;
  }

  get #model(): string | undefined {
    return this.#parts.find((part) => part.type === 'response-metadata')?.modelId;
  }
}
