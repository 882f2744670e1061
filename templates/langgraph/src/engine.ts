import { join } from 'node:path';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  type AbortReason,
  type AdapterContext,
  type AgentEngine,
  EngineError,
  type EngineHealth,
  type TranscriptPage,
  type TranscriptRange,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { type Agent, createAgent, GRAPH_STEPS_PER_MODEL_CALL } from './agent.js';
import { notesOf } from './answers.js';
import { SqliteSaver } from './checkpointer/sqlite-saver.js';
import type { LangGraphConfig } from './config.js';
import { toEngineError } from './errors.js';
import { checkEndpoint } from './health.js';
import { createModel } from './model/create-model.js';
import { type Endpoint, resolveEndpoint } from './model/endpoint.js';
import { createTools } from './tools/create-tools.js';
import { toTranscriptPage } from './transcript.js';
import { EventTranslator, STREAM_MODES, type StreamChunk } from './turn/events.js';
import { toInputRequired } from './turn/interrupts.js';
import { type Plan, planTurn } from './turn/plan.js';
import { takeBack } from './turn/take-back.js';
import { answerOf, readThread, spokenIn, type Thread } from './turn/thread.js';
import { ModelCalls, turnCalls } from './wire/model-calls.js';

/** Enough to look back at the last turns of a context; to go on with a turn needs only the newest. */
const KEPT_CHECKPOINTS = 50;

/** Runs turns on a LangGraph agent: one thread for each context, its checkpoints in the workspace's state directory. */
export class LangGraphEngine implements AgentEngine {
  readonly #context: AdapterContext<LangGraphConfig>;
  readonly #endpoint: Endpoint;
  readonly #saver: SqliteSaver;
  readonly #agent: Agent;
  readonly #recursionLimit: number;

  constructor(context: AdapterContext<LangGraphConfig>) {
    const { config, workspace } = context;
    this.#context = context;
    this.#endpoint = resolveEndpoint(context);
    const model = createModel(this.#endpoint, config);
    const tools = createTools(context);
    this.#saver = new SqliteSaver(join(workspace.stateDir, 'langgraph.sqlite'), { keep: KEPT_CHECKPOINTS });
    this.#agent = createAgent({ model, tools, checkpointer: this.#saver });
    this.#recursionLimit = config.max_steps * GRAPH_STEPS_PER_MODEL_CALL;
  }

  async *runTurn(turn: Turn, { signal }: TurnControls): AsyncGenerator<TurnEvent> {
    try {
      for await (const event of this.#run(turn, signal)) {
        if (signal.aborted) break;
        yield event;
      }
      signal.throwIfAborted();
    } catch (error) {
      if (signal.aborted) throw canceled(signal.reason);
      throw toEngineError(error, this.#endpoint.provider);
    }
  }

  async transcript(range: TranscriptRange): Promise<TranscriptPage> {
    const { messages } = await this.#read(range.contextId);
    return toTranscriptPage(messages, range);
  }

  check(): Promise<EngineHealth> {
    return checkEndpoint(this.#endpoint);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#saver.close();
  }

  async *#run(turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const before = await this.#read(turn.contextId);
    const plan = planTurn(turn, before, this.#endpoint.images);
    yield { type: 'started', reference: turn.contextId };
    const calls = new ModelCalls();
    const translator = new EventTranslator(calls);
    if (plan.again) {
      // What the earlier attempt streamed of an unfinished model message is not in the thread, so all of it is void.
      yield { type: 'reset' };
      yield* translator.replay(spokenIn(before));
    }
    if (plan.input !== undefined) yield* this.#runGraph(plan.input, turn, signal, translator, calls);
    yield* endOf(await this.#read(turn.contextId), translator.text);
  }

  async *#runGraph(
    input: Exclude<Plan['input'], undefined>,
    turn: Turn,
    signal: AbortSignal,
    translator: EventTranslator,
    calls: ModelCalls,
  ): AsyncGenerator<TurnEvent> {
    try {
      for await (const chunk of await turnCalls.run(calls, () => this.#stream(input, turn, signal))) {
        yield* calls.takeEvents();
        yield* translator.translate(chunk);
      }
      yield* calls.takeEvents();
    } catch (error) {
      if (signal.aborted) throw error;
      yield* calls.takeEvents();
      const failure = toEngineError(error, this.#endpoint.provider);
      if (failure.code === 'invalid-request' || failure.code === 'context-overflow') await this.#takeBack(turn);
      throw failure;
    }
  }

  async #takeBack(turn: Turn): Promise<void> {
    await takeBack(this.#agent, threadConfig(turn.contextId), await this.#read(turn.contextId), turn.messageId);
  }

  async #stream(input: Exclude<Plan['input'], undefined>, turn: Turn, signal: AbortSignal) {
    const { taskId, contextId } = turn;
    const stream = await this.#agent.stream(input, {
      ...threadConfig(contextId),
      context: { taskId, contextId, systemPrompt: this.#context.systemPrompt },
      signal,
      recursionLimit: this.#recursionLimit,
      // Each step is on the disk before the next begins, so that a crash repeats at most one.
      durability: 'sync',
      streamMode: [...STREAM_MODES],
    });
    return stream as unknown as AsyncIterable<StreamChunk>;
  }

  #read(contextId: string): Promise<Thread> {
    return readThread(this.#agent, this.#saver, threadConfig(contextId));
  }
}

function* endOf(thread: Thread, streamed: string): Iterable<TurnEvent> {
  const request = thread.requests.find(({ answered }) => !answered);
  if (request !== undefined) {
    yield toInputRequired(request.id, request.value);
    return;
  }
  if (thread.unfinished) throw new EngineError('internal', 'The graph stopped before it was done.');
  const answer = answerOf(thread);
  const text = answer?.text ?? '';
  if (text.trim() === '') throw new EngineError('empty-answer', 'The agent ended its turn without an answer.');
  const { reason = 'stop' } = notesOf(answer);
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
