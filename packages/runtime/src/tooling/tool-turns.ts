import { randomBytes } from 'node:crypto';
import {
  type AgentEngine,
  endsTurn,
  MoleculeError,
  type ToolCallContext,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { decorateEngine } from '../engine/decorate-engine.js';
import type { ErrorCode } from '../support/error-codes.js';
import { secretDigest } from '../support/network/bearer.js';

/** The turn in which one of the runtime's tools is called. */
export interface ToolCall extends ToolCallContext {
  readonly owner: string;
  /** The attempt whose engine calls. Each attempt has another one. */
  readonly attempt: object;
}

/** A tool was called for a turn that does not run. */
export class ToolTurnError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.ToolTurnError';
  readonly code = 'TOOL_TURN_ENDED' satisfies ErrorCode;

  constructor() {
    super(
      'The tools of the runtime can be called only in a turn that runs, with the task id and context id, or the token, of this turn. This turn does not run; the next one gets a new token.',
    );
  }
}

/** The turns that may call the runtime's tools now: those that the engine runs. Each has a token of its own for calls over MCP. */
export class ToolTurns {
  readonly #byTask = new Map<string, ToolCall>();
  readonly #byToken = new Map<string, ToolCall>();

  /** The running turn of a call that the engine makes itself. @throws {ToolTurnError} */
  ofContext({ taskId, contextId, signal }: ToolCallContext): ToolCall {
    const turn = this.#byTask.get(taskId);
    if (turn === undefined || turn.contextId !== contextId || turn.signal.aborted) throw new ToolTurnError();
    return { ...turn, signal: AbortSignal.any([turn.signal, signal]) };
  }

  /** The running turn to which the token belongs; undefined if there is none. */
  ofToken(token: string): ToolCall | undefined {
    // Found by its digest, so that the duration reveals nothing about other tokens.
    const turn = this.#byToken.get(digestOf(token));
    return turn?.signal.aborted ? undefined : turn;
  }

  /**
   * The same engine, whose turns may call the tools until their last event.
   *
   * @param url the MCP server, with which each turn gets a token of its own
   */
  decorate(engine: AgentEngine, url: string): AgentEngine {
    return decorateEngine(engine, (turn, controls) => this.#withTools(engine, turn, controls, url));
  }

  async *#withTools(engine: AgentEngine, turn: Turn, controls: TurnControls, url: string): AsyncGenerator<TurnEvent> {
    const { taskId, contextId, owner } = turn;
    const over = new AbortController();
    const token = randomBytes(32).toString('base64url');
    const call = { taskId, contextId, owner, attempt: over, signal: AbortSignal.any([controls.signal, over.signal]) };
    const end = () => {
      over.abort({ code: 'superseded', message: 'The turn has ended.' });
      this.#byToken.delete(digestOf(token));
      if (this.#byTask.get(taskId) === call) this.#byTask.delete(taskId);
    };
    this.#byTask.set(taskId, call);
    this.#byToken.set(digestOf(token), call);
    try {
      for await (const event of engine.runTurn(turn, { ...withMethods(controls), mcp: { url, token } })) {
        if (endsTurn(event)) end();
        yield event;
      }
    } finally {
      end();
    }
  }
}

function withMethods(controls: TurnControls): TurnControls {
  const { signal, store, step, ask, sleep, emit, hasSteps } = controls;
  const steps = { step, ask, sleep, emit, hasSteps };
  return { signal, checkpoint: (state) => controls.checkpoint(state), ...(store && { store }), ...steps };
}

function digestOf(token: string): string {
  return secretDigest(token).toString('base64url');
}
