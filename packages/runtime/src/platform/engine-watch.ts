import type { AgentEngine, EngineHealth, Logger } from '@molecule/adapters';
import { checkEngine } from '../runner/check-engine.js';
import type { ObservedTurn, TurnObserver } from '../runner/turn-observer.js';
import type { TurnResult } from '../runner/turn-result.js';

export interface EngineWatchOptions {
  /** The engine is asked no more often than this; milliseconds. */
  readonly everyMs: number;
  /** Called when the engine stops being well, and when it is well again. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/**
 * Whether the engine is well: by its own word, and by whether it stops when it is told to. A turn that did not stop counts
 * until it has, or until a turn that began later has been answered: then the engine is shown to work.
 */
export class EngineWatch implements TurnObserver {
  readonly #options: EngineWatchOptions;
  /** In the order in which they began. */
  readonly #running = new Set<ObservedTurn>();
  /** Turns that did not stop, each with those that ran beside it: their answers prove nothing. */
  readonly #stuck = new Map<ObservedTurn, ReadonlySet<ObservedTurn>>();
  #engine: AgentEngine | undefined;
  #complaint: string | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #told = false;

  constructor(options: EngineWatchOptions) {
    this.#options = options;
  }

  /** Why the engine is not well; `undefined` when it is. */
  get trouble(): string | undefined {
    if (this.#stuck.size > 0) return 'a turn did not stop when it was told to';
    return this.#complaint;
  }

  watch(engine: AgentEngine): void {
    this.#engine = engine;
  }

  /** Asks the engine how it is, when the last time is long enough ago. What it says counts from when it says it. */
  look(): void {
    const engine = this.#engine;
    if (!engine?.check || performance.now() - this.#askedAt < this.#options.everyMs) return;
    this.#askedAt = performance.now();
    void this.#ask(engine);
  }

  began(turn: ObservedTurn): void {
    this.#running.add(turn);
  }

  ended(turn: ObservedTurn, result: TurnResult | undefined): void {
    this.#running.delete(turn);
    if (result?.kind !== 'completed' && result?.kind !== 'input-required') return;
    for (const [stuck, beside] of this.#stuck) if (stuck !== turn && !beside.has(turn)) this.#stuck.delete(stuck);
    this.#tell();
  }

  stuck(turn: ObservedTurn, stopped: Promise<void>): void {
    this.#stuck.set(turn, new Set(this.#running));
    this.#tell();
    void stopped.then(() => {
      this.#stuck.delete(turn);
      this.#tell();
    });
  }

  async #ask(engine: AgentEngine): Promise<void> {
    const { ok, detail } = await checkEngine(engine).catch((error: unknown): EngineHealth => {
      this.#options.logger.warn('the engine could not be asked how it is', { error });
      return { ok: false, detail: 'could not be asked how it is' };
    });
    this.#complaint = ok ? undefined : detail;
    this.#tell();
  }

  #tell(): void {
    const { trouble } = this;
    if (this.#told === (trouble !== undefined)) return;
    this.#told = trouble !== undefined;
    const { logger, onChange } = this.#options;
    if (trouble === undefined) logger.info('the engine is well again');
    else logger.warn('the engine is not well; the platform is told', { reason: trouble });
    onChange();
  }
}
