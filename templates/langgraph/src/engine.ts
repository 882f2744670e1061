import { join } from 'node:path';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  type AbortReason,
  type AdapterContext,
  type AgentEngine,
  EngineError,
  type EngineHealth,
  type EngineStore,
  type JsonObject,
  type StoredContext,
  type TranscriptPage,
  type TranscriptRange,
  type Turn,
  type TurnControls,
  type TurnEvent,
  type TurnStore,
} from '@molecule/adapters';
import { type Agent, createAgent, GRAPH_STEPS_PER_MODEL_CALL } from './agent.js';
import { notesOf } from './answers.js';
import { EarlierCheckpoints } from './checkpointer/earlier-checkpoints.js';
import { StoreSaver } from './checkpointer/store-saver.js';
import type { LangGraphConfig } from './config.js';
import { toEngineError } from './errors.js';
import { createModel } from './model/create-model.js';
import { type Endpoint, resolveEndpoint } from './model/endpoint.js';
import { checkEndpoint } from './model/health.js';
import { createTools } from './tools/create-tools.js';
import { dataIn } from './tools/give-data.js';
import { toTranscriptPage } from './transcript.js';
import { EventTranslator, STREAM_MODES, type StreamChunk } from './turns/events.js';
import { toInputRequired } from './turns/interrupts.js';
import { type Plan, planTurn } from './turns/plan.js';
import { takeBack } from './turns/take-back.js';
import { answerOf, readThread, spokenIn, type Thread } from './turns/thread.js';
import { ModelCalls, turnCalls } from './wire/model-calls.js';

/** The agent of one turn, which reads and writes the checkpoints of the turn's context. */
interface TurnAgent {
  readonly agent: Agent;
  readonly saver: StoreSaver;
}

/** Runs turns on a LangGraph agent: one thread for each context, its checkpoints in the runtime's engine store. */
export class LangGraphEngine implements AgentEngine {
  readonly #context: AdapterContext<LangGraphConfig>;
  readonly #endpoint: Endpoint;
  readonly #agentWith: (saver: StoreSaver) => Agent;
  readonly #earlier: EarlierCheckpoints;
  readonly #recursionLimit: number;

  constructor(context: AdapterContext<LangGraphConfig>) {
    const { config, workspace } = context;
    this.#context = context;
    this.#endpoint = resolveEndpoint(context);
    const model = createModel(this.#endpoint, config);
    const tools = createTools(context);
    this.#agentWith = (checkpointer) => createAgent({ model, tools, checkpointer });
    this.#earlier = new EarlierCheckpoints(join(workspace.stateDir, 'langgraph.sqlite'));
    this.#recursionLimit = config.max_steps * GRAPH_STEPS_PER_MODEL_CALL;
  }

  async *runTurn(turn: Turn, { signal, store }: TurnControls): AsyncGenerator<TurnEvent> {
    try {
      const turnStore = needed(store);
      await this.#earlier.takeOver(turn.contextId, turnStore);
      for await (const event of this.#run(turn, this.#open(turnStore), signal)) {
        if (signal.aborted) break;
        yield event;
      }
      signal.throwIfAborted();
    } catch (error) {
      if (signal.aborted) throw canceled(signal.reason);
      throw toEngineError(error, this.#endpoint.provider);
    }
  }

  async forget(contextId: string): Promise<void> {
    this.#earlier.forget(contextId);
    await this.#context.store?.of(contextId).delete();
  }

  async transcript(range: TranscriptRange): Promise<TranscriptPage> {
    const opened = this.#open(needed(this.#context.store).of(range.contextId));
    const { messages } = await read(opened, range.contextId);
    return toTranscriptPage(messages, range);
  }

  check(): Promise<EngineHealth> {
    return checkEndpoint(this.#endpoint);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#earlier.close();
  }

  async *#run(turn: Turn, opened: TurnAgent, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const before = await read(opened, turn.contextId);
    const plan = planTurn(turn, before, this.#endpoint.images);
    yield { type: 'started', reference: turn.contextId };
    const calls = new ModelCalls();
    const translator = new EventTranslator(calls);
    if (plan.again) {
      // What the earlier attempt streamed of an unfinished model message is not in the thread, so all of it is void.
      yield { type: 'reset' };
      yield* translator.replay(spokenIn(before));
    }
    if (plan.input !== undefined) yield* this.#runGraph(opened, plan.input, turn, signal, translator, calls);
    const schema = this.#context.config.output_schema as JsonObject | undefined;
    yield* endOf(await read(opened, turn.contextId), translator.text, schema);
  }

  async *#runGraph(
    opened: TurnAgent,
    input: Exclude<Plan['input'], undefined>,
    turn: Turn,
    signal: AbortSignal,
    translator: EventTranslator,
    calls: ModelCalls,
  ): AsyncGenerator<TurnEvent> {
    try {
      for await (const chunk of await turnCalls.run(calls, () => this.#stream(opened, input, turn, signal))) {
        yield* calls.takeEvents();
        yield* translator.translate(chunk);
      }
      yield* calls.takeEvents();
    } catch (error) {
      if (signal.aborted) throw error;
      yield* calls.takeEvents();
      const failure = toEngineError(error, this.#endpoint.provider);
      if (failure.code === 'invalid-request' || failure.code === 'context-overflow') await removeTurn(opened, turn);
      throw failure;
    }
  }

  async #stream({ agent }: TurnAgent, input: Exclude<Plan['input'], undefined>, turn: Turn, signal: AbortSignal) {
    const { taskId, contextId, workDir } = turn;
    const stream = await agent.stream(input, {
      ...threadConfig(contextId),
      context: { taskId, contextId, workDir, systemPrompt: this.#context.systemPrompt },
      signal,
      recursionLimit: this.#recursionLimit,
      // Each step is stored before the next begins, so that a crash repeats at most one.
      durability: 'sync',
      streamMode: [...STREAM_MODES],
    });
    return stream as unknown as AsyncIterable<StreamChunk>;
  }

  #open(store: StoredContext): TurnAgent {
    const saver = new StoreSaver(() => store);
    return { agent: this.#agentWith(saver), saver };
  }
}

function read({ agent, saver }: TurnAgent, contextId: string): Promise<Thread> {
  return readThread(agent, saver, threadConfig(contextId));
}

async function removeTurn(opened: TurnAgent, { contextId, messageId }: Turn): Promise<void> {
  await takeBack(opened.agent, threadConfig(contextId), await read(opened, contextId), messageId);
}

function needed<Store extends TurnStore | EngineStore>(store: Store | undefined): Store {
  if (store !== undefined) return store;
  throw new EngineError('unsupported', 'This agent needs a runtime with an engine store: update @molecule/runtime.');
}

function* endOf(thread: Thread, streamed: string, schema: JsonObject | undefined): Iterable<TurnEvent> {
  const [first, ...others] = thread.requests.filter(({ answered }) => !answered);
  if (first !== undefined) {
    yield* dataIn(thread, schema);
    yield toInputRequired([first, ...others]);
    return;
  }
  if (thread.unfinished) throw new EngineError('internal', 'The graph stopped before it was done.');
  const answer = answerOf(thread);
  const text = answer?.text ?? '';
  if (text.trim() === '') throw new EngineError('empty-answer', 'The agent ended its turn without an answer.');
  const { reason = 'stop' } = notesOf(answer);
  yield* dataIn(thread, schema);
  // Middleware may have changed the answer after it was streamed.
  if (text !== streamed && streamed !== '') yield { type: 'reset' };
  yield { type: 'finish', text, ...(reason === 'stop' ? {} : { reason }) };
}

function threadConfig(contextId: string): RunnableConfig & { configurable: { thread_id: string } } {
  return { configurable: { thread_id: contextId } };
}

function canceled(reason: unknown): EngineError {
  const { message = 'The turn was canceled.' } = (reason ?? {}) as Partial<AbortReason>;
  return new EngineError('canceled', message, { cause: reason });
}
