import type { AgentEngine, EngineHealth, Logger } from '@molecule/adapters';
import { engineHealth } from '../../engine/engine-health.js';
import type { ObservedTurn, TurnObserver } from '../../tasks/turn-observer.js';
import type { TurnResult } from '../../tasks/turn-result.js';

export interface EngineWatchOptions {
  /** The least time between two checks of the engine, in milliseconds. */
  readonly everyMs: number;
  /** Called when the engine becomes unhealthy, and when it is healthy again. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/**
 * The engine's health: the result of its `check()`, and whether its turns stop when they are aborted. A turn that does not
 * stop counts until it has stopped, or until a turn that began later has been answered, which proves that the engine works.
 */
export class EngineWatch implements TurnObserver {
  readonly #options: EngineWatchOptions;
  /** In the order of their beginning. */
  readonly #running = new Set<ObservedTurn>();
  /** Turns that did not stop, each with the turns that ran at the same time, whose answers prove nothing. */
  readonly #stuck = new Map<ObservedTurn, ReadonlySet<ObservedTurn>>();
  #engine: AgentEngine | undefined;
  #fault: string | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #reported = false;

  constructor(options: EngineWatchOptions) {
    this.#options = options;
  }

  /** Why the engine is unhealthy; `undefined` if it is healthy. */
  get trouble(): string | undefined {
    if (this.#stuck.size > 0) return 'a turn did not stop after it was aborted';
    return this.#fault;
  }

  /** True if the attached engine keeps transcripts. */
  get hasTranscript(): boolean {
    return this.#engine?.transcript !== undefined;
  }

  attach(engine: AgentEngine): void {
    this.#engine = engine;
  }

  /** Starts a check of the engine if the last one is long enough ago. The result counts once it arrives. */
  checkIfDue(): void {
    const engine = this.#engine;
    if (!engine?.check || performance.now() - this.#checkedAt < this.#options.everyMs) return;
    this.#checkedAt = performance.now();
    void this.#check(engine);
  }

  began(turn: ObservedTurn): void {
    this.#running.add(turn);
  }

  ended(turn: ObservedTurn, result: TurnResult | undefined): void {
    this.#running.delete(turn);
    if (result?.kind !== 'completed' && result?.kind !== 'input-required') return;
    for (const [stuck, beside] of this.#stuck) if (stuck !== turn && !beside.has(turn)) this.#stuck.delete(stuck);
    this.#report();
  }

  stuck(turn: ObservedTurn, stopped: Promise<void>): void {
    this.#stuck.set(turn, new Set(this.#running));
    this.#report();
    void stopped.then(() => {
      this.#stuck.delete(turn);
      this.#report();
    });
  }

  async #check(engine: AgentEngine): Promise<void> {
    const { ok, detail } = await engineHealth(engine).catch((error: unknown): EngineHealth => {
      this.#options.logger.warn('the health check of the engine failed', { error });
      return { ok: false, detail: 'its health check failed' };
    });
    this.#fault = ok ? undefined : detail;
    this.#report();
  }

  #report(): void {
    const { trouble } = this;
    if (this.#reported === (trouble !== undefined)) return;
    this.#reported = trouble !== undefined;
    const { logger, onChange } = this.#options;
    if (trouble === undefined) logger.info('the engine is healthy again');
    else logger.warn('the engine is unhealthy; heartbeats report it to the platform', { reason: trouble });
    onChange();
  }
}
