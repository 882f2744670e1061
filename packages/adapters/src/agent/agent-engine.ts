import type { AdapterContext } from '../contract/context.js';
import type { TurnControls } from '../contract/controls.js';
import type { AgentEngine } from '../contract/engine.js';
import type { AnswerTurn, MessageTurn, Turn } from '../contract/turn.js';
import { endsTurn, type TurnEnd, type TurnEvent } from '../contract/turn-event.js';
import { EngineError } from '../errors/engine-error.js';
import type { AgentAnswer, AgentControls, AgentDefinition, AgentTurn } from './agent-definition.js';
import { agentTools } from './agent-tools.js';

/** The key of the engine store under which the last question is. */
const ASKED = 'molecule.asked';

/** The engine of an agent in its small form: it keeps nothing but its steps. */
export class SmallEngine<Config> implements AgentEngine {
  readonly #agent: AgentDefinition<Config>;
  readonly #context: AdapterContext<Config>;

  constructor(agent: AgentDefinition<Config>, context: AdapterContext<Config>) {
    this.#agent = agent;
    this.#context = context;
  }

  async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    if (controls.signal.aborted) return;
    if (turn.kind === 'continue') {
      if (!(await controls.hasSteps())) {
        throw new EngineError('nothing-to-continue', 'No step of this turn was recorded.');
      }
      yield { type: 'reset', replays: true };
    }
    const original = turn.kind === 'continue' ? turn.original : turn;
    if (original.kind === 'answer') await requireAsked(original, controls);
    const { signal, mcp, store, step, ask, sleep, emit, hasSteps } = controls;
    const own: AgentControls<Config> = {
      signal,
      ...(mcp && { mcp }),
      ...(store && { store }),
      context: this.#context,
      tools: agentTools(this.#context, original, controls),
      step,
      ask,
      sleep,
      emit,
      hasSteps,
    };
    try {
      for await (const event of eventsOf(this.#agent.run(agentTurn(original, controls), own))) {
        if (signal.aborted) return;
        if (endsTurn(event)) await rememberAsked(event, controls);
        yield event;
        if (endsTurn(event)) return;
      }
    } catch (error) {
      // What the agent throws because it is stopped does not matter.
      if (signal.aborted) return;
      throw error;
    }
    if (!signal.aborted) yield { type: 'finish' };
  }
}

/** A question that the agent yields itself is not a step: its id is stored, so that an answer to another one is refused. */
async function rememberAsked(event: TurnEnd, { store }: Pick<TurnControls, 'store'>): Promise<void> {
  if ('requestId' in event) await store?.put(ASKED, event.requestId);
}

/** @throws {EngineError} `lost` */
async function requireAsked({ requestId }: AnswerTurn, { store }: Pick<TurnControls, 'store'>): Promise<void> {
  if (!store || (await store.get(ASKED)) === requestId) return;
  throw new EngineError('lost', 'The question of this answer is gone. Send the whole request again.');
}

/** The answer as events. A generator's last word is its return value. */
async function* eventsOf(answer: AgentAnswer | Promise<AgentAnswer>): AsyncGenerator<TurnEvent> {
  const given = await answer;
  if (typeof given !== 'object') return yield* textOf(given);
  const source = given[Symbol.asyncIterator]() as AsyncIterator<string | TurnEvent, unknown>;
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await source.next();
      isOver = done === true;
      if (typeof value !== 'object' || value === null) yield* textOf(value);
      else yield value as TurnEvent;
      if (isOver) return;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) await source.return?.();
  }
}

function* textOf(text: unknown): Generator<TurnEvent> {
  if (typeof text === 'string' && text !== '') yield { type: 'text-delta', text };
}

function agentTurn(turn: MessageTurn | AnswerTurn, { step }: Pick<TurnControls, 'step'>): AgentTurn {
  const { kind: _kind, attempt: _attempt, checkpoint: _checkpoint, conversation, ...given } = turn;
  return {
    history: [],
    ...given,
    // By its bounds, so that it may be read at any place.
    conversation: async (bounds = {}) => {
      const { messages = 50, characters = 50_000 } = bounds;
      const id = `conversation ${messages} ${characters}`;
      return step('conversation', { id }, async () => (await conversation?.(bounds)) ?? []);
    },
  };
}
