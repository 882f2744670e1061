import { assertEngine } from '../../checks/engine.js';
import { assertEngineError, assertRetryAfter } from '../../checks/engine-error.js';
import type { Adapter } from '../../contract/adapter.js';
import type { AdapterContext } from '../../contract/context.js';
import type { AgentEngine } from '../../contract/engine.js';
import type { JsonValue } from '../../contract/json.js';
import type { EngineStore } from '../../contract/store.js';
import type { AnswerTurn, InputAnswer, MessageTurn, Turn } from '../../contract/turn.js';
import type { TurnEvent } from '../../contract/turn-event.js';
import { show } from '../../errors/contract-violation.js';
import { EngineError } from '../../errors/engine-error.js';
import { type BareControls, steppedTurn } from '../steps/stepped-turn.js';
import { TestStepStore } from '../steps/test-journal.js';
import type { TestStore } from '../store/test-store.js';
import { checkEvents } from './event-grammar.js';
import { type ContractFixtures, DEFAULT_TURN_TIMEOUT_MS } from './fixtures.js';
import type { ObservedTurn } from './observed-turn.js';
import { TestConversations } from './test-conversations.js';
import { continueTurn } from './turns.js';
import { within } from './within.js';

const DISPOSE_LIMIT_MS = 10_000;
const CHECKPOINT_LIMIT_BYTES = 64 * 1024;

/** A workspace and its engine, which can be ended and created again, as a restart of the process does. */
export class Workbench implements AsyncDisposable {
  readonly timeoutMs: number;
  readonly #adapter: Adapter;
  readonly #context: AdapterContext;
  readonly #checkpoints = new Map<string, JsonValue>();
  readonly #steps = new TestStepStore();
  readonly #conversations = new TestConversations();
  /** The turns that were put away, by task. */
  readonly #away = new Map<string, { readonly original: MessageTurn | AnswerTurn; readonly run: string }>();
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

  /** Number of states that all turns saved so far. */
  get saves(): number {
    return this.#saves;
  }

  /** The engine's working directory. */
  get workDir(): string {
    return this.#context.workspace.workDir;
  }

  /** Deletes what the engine store has of a context, as the runtime does after `forget`. */
  async deleteStored(contextId: string): Promise<void> {
    await this.#context.store?.of(contextId).delete();
  }

  /** Ends the engine, and creates another one on the same directories. */
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

  /**
   * Runs a turn to its end. What the engine throws is part of the result.
   *
   * @throws {ContractViolationError} if the turn breaks a rule for all turns, or takes too long
   */
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

  /** The same for a turn that must not throw. */
  async runWell(turn: Turn): Promise<ObservedTurn> {
    const observed = await this.run(turn);
    if (observed.error !== undefined) throw observed.error;
    return observed;
  }

  /** Starts a turn with the last checkpoint of its task and with a working directory, as the runtime does. */
  start(turn: Turn, signal: AbortSignal): AsyncIterable<TurnEvent> {
    const checkpoint = this.#checkpoints.get(turn.taskId);
    const store = isTestStore(this.#context.store) ? this.#context.store.forTurn(turn.contextId) : undefined;
    const controls: BareControls = {
      signal,
      checkpoint: (state) => this.#save(turn.taskId, state),
      ...(store && { store }),
    };
    const { turn: resumed, ...run } = this.#resumed(turn);
    const placed = this.#conversations.given(resumed.workDir === '' ? this.#placed(resumed) : resumed);
    const events = steppedTurn(this.engine, checkpoint === undefined ? placed : { ...placed, checkpoint }, controls, {
      ...run,
      store: this.#steps,
      onPutAway: () => this.#away.set(turn.taskId, { original: originalOf(resumed), run: run.run }),
    });
    return this.#conversations.heard(turn, events);
  }

  /** The answer to a question of a step continues the turn that has asked. */
  #resumed(turn: Turn): { readonly turn: Turn; readonly run: string; readonly answers?: readonly InputAnswer[] } {
    const original = originalOf(turn);
    const away = this.#away.get(turn.taskId);
    if (original.kind !== 'answer' || !away) return { turn, run: `${turn.taskId}:${original.messageId}` };
    return { turn: continueTurn(away.original), run: away.run, answers: original.answers ?? [] };
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

  #placed(turn: Turn): Turn {
    const { workDir } = this;
    if (turn.kind !== 'continue') return { ...turn, workDir };
    return { ...turn, workDir, original: { ...turn.original, workDir } };
  }

  #save(taskId: string, state: JsonValue): void {
    const json = JSON.stringify(state);
    if (Buffer.byteLength(json) > CHECKPOINT_LIMIT_BYTES) {
      throw new EngineError('invalid-request', `A checkpoint may have ${CHECKPOINT_LIMIT_BYTES} bytes.`);
    }
    this.#saves++;
    // A copy, as a store makes one: if the engine changes the object later, the checkpoint must not change.
    this.#checkpoints.set(taskId, JSON.parse(json));
  }
}

function originalOf(turn: Turn): MessageTurn | AnswerTurn {
  return turn.kind === 'continue' ? turn.original : turn;
}

function isTestStore(store: EngineStore | undefined): store is TestStore {
  return store !== undefined && 'forTurn' in store;
}
