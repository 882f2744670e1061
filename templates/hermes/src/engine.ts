import {
  type AbandonedWork,
  type AgentEngine,
  canceledError,
  type EngineHealth,
  type TranscriptPage,
  type TranscriptRange,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { activeRuns, probe } from './api/health.js';
import type { Gateway } from './gateway/gateway.js';
import { abandon } from './turns/abandon.js';
import { answerTurn } from './turns/answer-turn.js';
import { beginTurn } from './turns/begin-turn.js';
import { record } from './turns/conversation/said.js';
import { transcriptOf, transcriptPage } from './turns/conversation/transcript.js';
import type { EngineParts } from './turns/engine-parts.js';
import { forget } from './turns/forget.js';
import { sessionIdOf } from './turns/record/session-id.js';
import { isRefusal } from './turns/refusal.js';
import { resumeTurn } from './turns/resume-turn.js';

/** Milliseconds for `check`; the runtime allows 5 seconds. */
const CHECK_MS = 4000;

/** Hermes Agent behind the adapter contract. */
export class HermesEngine implements AgentEngine {
  readonly #gateway: Gateway;
  readonly #parts: EngineParts;

  readonly #places: number;
  #warned = false;

  /** `places`: how many runs a Hermes of our own takes at once. */
  constructor(gateway: Gateway, parts: EngineParts, places: number) {
    this.#gateway = gateway;
    this.#parts = parts;
    this.#places = places;
  }

  async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    if (controls.signal.aborted) throw canceledError(controls.signal);
    const { places, workspace, logger } = this.#parts;
    const sessionId = sessionIdOf(workspace.id, turn.contextId);
    if (places === undefined && turn.workDir !== workspace.workDir && !this.#warned) {
      this.#warned = true;
      logger.warn('an external Hermes runs all turns in its own directory; the files of owners are not kept apart', {
        code: 'HERMES_WORK_DIR_SHARED',
      });
    }
    await places?.open(sessionId, turn, controls.mcp);
    try {
      yield* this.#recorded(turn, controls);
    } finally {
      await places?.close(sessionId, controls.mcp);
    }
  }

  /** Records the answer in the engine store, or that the provider has refused the message. */
  async *#recorded(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    const { store } = controls;
    const { messageId } = turn;
    try {
      for await (const event of this.#run(turn, controls)) {
        if (store && event.type === 'finish' && event.text !== undefined) {
          await record(store, { role: 'assistant', content: event.text, messageId });
        }
        yield event;
      }
    } catch (error) {
      if (store && isRefusal(error)) await record(store, { role: 'user', content: '', messageId, refused: true });
      throw error;
    }
  }

  async *#run(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    switch (turn.kind) {
      case 'message':
        return yield* beginTurn(this.#parts, turn, controls);
      case 'answer':
        return yield* answerTurn(this.#parts, turn, controls);
      case 'continue':
        return yield* resumeTurn(this.#parts, turn, controls);
    }
  }

  abandon(work: AbandonedWork): Promise<void> {
    return abandon(this.#parts, work);
  }

  forget(contextId: string): Promise<void> {
    return forget(this.#parts, contextId);
  }

  async transcript(range: TranscriptRange): Promise<TranscriptPage> {
    return transcriptPage(await transcriptOf(this.#parts, range.contextId), range);
  }

  async check(): Promise<EngineHealth> {
    const timeout = new Promise<EngineHealth>((resolve) => {
      const health = {
        ok: false,
        detail: 'Hermes is starting, or does not answer; see its log in the state directory.',
      };
      setTimeout(resolve, CHECK_MS, health).unref();
    });
    return Promise.race([this.#look(), timeout]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.waiting.close();
    for (const { stream } of this.#parts.parked.values()) stream?.close();
    await this.#gateway.stop();
  }

  async #look(): Promise<EngineHealth> {
    try {
      const endpoint = await this.#gateway.endpoint();
      if ((await probe(endpoint)) !== 'ready') {
        return { ok: false, detail: `Hermes at ${endpoint.baseUrl} does not answer, or refuses the key.` };
      }
      const active = this.#gateway.owned ? await activeRuns(endpoint) : undefined;
      if (active === undefined) return { ok: true, detail: `Hermes at ${endpoint.baseUrl} answers.` };
      return this.#room(endpoint.baseUrl, active);
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Only active runs count, since runs that wait for a person are released if their place is needed. */
  #room(baseUrl: string, active: number): EngineHealth {
    const { count } = this.#parts.waiting;
    const used = `${active} of ${this.#places} runs in use, ${count} of them wait for a person`;
    if (active - count < this.#places) return { ok: true, detail: `Hermes at ${baseUrl} answers; ${used}.` };
    return {
      ok: false,
      detail: `Hermes at ${baseUrl} has no place for another run (${used}): see max_concurrent_runs.`,
    };
  }
}
