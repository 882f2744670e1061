import type {
  AbandonedWork,
  AgentEngine,
  EngineHealth,
  TranscriptPage,
  TranscriptRange,
  Turn,
  TurnControls,
  TurnEvent,
} from '@molecule/adapters';
import { activeRuns, probe } from './api/health.js';
import type { Gateway } from './gateway/gateway.js';
import { abandon } from './turns/abandon.js';
import { answerTurn } from './turns/answer-turn.js';
import { beginTurn } from './turns/begin-turn.js';
import { canceled } from './turns/canceled.js';
import type { EngineParts } from './turns/engine-parts.js';
import { resumeTurn } from './turns/resume-turn.js';
import { sessionIdOf } from './turns/session-id.js';
import { transcriptPage } from './turns/transcript.js';

/** Milliseconds for `check`, which the runtime wants within 5 seconds. */
const CHECK_MS = 4000;

/** Hermes Agent behind the adapter contract. */
export class HermesEngine implements AgentEngine {
  readonly #gateway: Gateway;
  readonly #parts: EngineParts;

  readonly #places: number;

  /** `places`: how many runs a Hermes of our own takes at once. */
  constructor(gateway: Gateway, parts: EngineParts, places: number) {
    this.#gateway = gateway;
    this.#parts = parts;
    this.#places = places;
  }

  async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    if (controls.signal.aborted) throw canceled(controls.signal);
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

  async transcript(range: TranscriptRange): Promise<TranscriptPage> {
    const sessionId = sessionIdOf(this.#parts.workspace.id, range.contextId);
    return transcriptPage(await this.#parts.client.messages(sessionId), range);
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

  /** Runs that wait for a person give their places to others, so only those at work count. */
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
