import { assertEngine, assertTurnEvents } from '../../checks/engine.js';
import { assertEngineError, assertRetryAfter } from '../../checks/engine-error.js';
import type { Adapter } from '../../contract/adapter.js';
import type { AdapterContext } from '../../contract/context.js';
import type { AgentEngine } from '../../contract/engine.js';
import type { JsonValue } from '../../contract/json.js';
import type { Turn, TurnControls } from '../../contract/turn.js';
import type { TurnEvent } from '../../contract/turn-event.js';
import { show } from '../../errors/contract-violation.js';
import { EngineError } from '../../errors/engine-error.js';
import { checkEvents } from './event-grammar.js';
import { type ContractFixtures, DEFAULT_TURN_TIMEOUT_MS } from './fixtures.js';
import type { ObservedTurn } from './observed-turn.js';
import { within } from './within.js';

const DISPOSE_LIMIT_MS = 10_000;
const CHECKPOINT_LIMIT_BYTES = 64 * 1024;

/** One workspace, and an engine on it that can be ended and made anew, as a restart of the process does. */
export class Workbench implements AsyncDisposable {
  readonly timeoutMs: number;
  readonly #adapter: Adapter;
  readonly #context: AdapterContext;
  readonly #checkpoints = new Map<string, JsonValue>();
  #saves = 0;
  #engine: AgentEngine | undefined;

  private constructor(adapter: Adapter, context: AdapterContext, timeoutMs: number) {
    this.#adapter = adapter;
    this.#context = context;
    this.timeoutMs = timeoutMs;
  }

  static async open(adapter: Adapter, fixtures: ContractFixtures): Promise<Workbench> {
    const context = await fixtures.context();
    const bench = new Workbench(adapter, context, fixtures.timeoutMs ?? DEFAULT_TURN_TIMEOUT_MS);
    try {
      bench.#engine = await bench.#make();
    } catch (error) {
      await bench[Symbol.asyncDispose]();
      throw error;
    }
    return bench;
  }

  get engine(): AgentEngine {
    if (this.#engine === undefined) throw new Error('the engine was disposed');
    return this.#engine;
  }

  /** How many states were saved so far, by all turns. */
  get saves(): number {
    return this.#saves;
  }

  /** The engine's working directory. */
  get workDir(): string {
    return this.#context.workspace.workDir;
  }

  /** Ends the engine, and makes another on the same directories. */
  async restart(): Promise<void> {
    await this.disposeEngine();
    this.#engine = await this.#make();
  }

  /** Ends the engine; the directories stay. */
  async disposeEngine(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    const disposed = engine?.[Symbol.asyncDispose]?.();
    if (disposed !== undefined) await within(DISPOSE_LIMIT_MS, 'the engine must be disposed', disposed);
  }

  /** Runs a turn to its end, and checks all that holds for every turn. A throw of the engine is part of the result. */
  async run(turn: Turn): Promise<ObservedTurn> {
    const controller = new AbortController();
    const events: TurnEvent[] = [];
    let error: unknown;
    const ended = (async () => {
      try {
        for await (const event of this.start(turn, controller.signal)) events.push(event);
      } catch (thrown) {
        error = thrown ?? new Error(`the engine threw ${show(thrown)}`);
      }
    })();
    try {
      await within(this.timeoutMs, `the turn ${JSON.stringify(turn.kind)} must end`, ended);
    } catch (violation) {
      controller.abort({ code: 'deadline', message: 'The contract suite gave up on this turn.' });
      throw violation;
    }
    checkEvents(events, error === undefined ? 'ended' : 'thrown');
    if (error !== undefined) {
      assertEngineError(error);
      assertRetryAfter(error);
    }
    const checkpoint = this.#checkpoints.get(turn.taskId);
    return {
      events,
      ...(error === undefined ? {} : { error }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    };
  }

  /** Runs a turn that must not throw. */
  async runWell(turn: Turn): Promise<ObservedTurn> {
    const observed = await this.run(turn);
    if (observed.error !== undefined) throw observed.error;
    return observed;
  }

  /** Begins a turn with the last checkpoint of its task, as the runner does. */
  start(turn: Turn, signal: AbortSignal): AsyncIterable<TurnEvent> {
    const checkpoint = this.#checkpoints.get(turn.taskId);
    const controls: TurnControls = { signal, checkpoint: (state) => this.#save(turn.taskId, state) };
    const events: unknown = this.engine.runTurn(checkpoint === undefined ? turn : { ...turn, checkpoint }, controls);
    assertTurnEvents(events);
    return events;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.disposeEngine();
    } finally {
      const context: Partial<AsyncDisposable> & AdapterContext = this.#context;
      await context[Symbol.asyncDispose]?.();
    }
  }

  async #make(): Promise<AgentEngine> {
    const engine: unknown = await this.#adapter.createEngine(this.#context);
    assertEngine(engine);
    return engine;
  }

  #save(taskId: string, state: JsonValue): void {
    const json = JSON.stringify(state);
    if (Buffer.byteLength(json) > CHECKPOINT_LIMIT_BYTES) {
      throw new EngineError('invalid-request', `A checkpoint may have ${CHECKPOINT_LIMIT_BYTES} bytes.`);
    }
    this.#saves++;
    // A copy, as if it had been stored: an engine that changes its state afterwards must not change this.
    this.#checkpoints.set(taskId, JSON.parse(json));
  }
}
