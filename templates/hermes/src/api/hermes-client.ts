import { EngineError } from '@molecule/adapters';
import type { z } from 'zod';
import { apiError } from './api-error.js';
import type { HermesEndpoint } from './endpoint.js';
import { messagesSchema, type SessionMessage } from './messages.js';
import { RunEventStream } from './run-event-stream.js';
import { type Run, runSchema, startedRunSchema } from './runs.js';

const CALL_TIMEOUT_MS = 30_000;
/** The number of tries of a call that cannot connect. Each further try waits for Hermes first. */
const CONNECT_ATTEMPTS = 3;

/** One message of a conversation, as a run takes it. */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A run to start. */
export interface RunRequest {
  readonly input: string;
  readonly sessionId: string;
  readonly history: readonly HistoryMessage[];
  readonly instructions: string;
}

/** Whether an approval reached the run. If not, Hermes has no such run, or the run no longer waits. */
export type ApprovalOutcome = 'accepted' | 'not-waiting' | 'unknown-run';

interface CallOptions {
  /** Default: POST for a call with a body, else GET. A call without a body may be made twice. */
  readonly method?: 'DELETE';
  readonly body?: unknown;
  /** Statuses that are an answer and not an error. */
  readonly expected?: readonly number[];
  readonly signal?: AbortSignal;
  /** True for a call whose effect ends with the Hermes process that received it. */
  readonly endsWithHermes?: boolean;
}

/** Where Hermes is. */
export interface HermesLocation {
  endpoint(): Promise<HermesEndpoint>;
  /** Waits, for a limited time, until Hermes is reachable again after a call could not connect to `endpoint`. */
  recovered(endpoint: HermesEndpoint): Promise<void>;
}

/** The pages of the Hermes API server that the engine needs. Every method throws `EngineError`. */
export class HermesClient {
  readonly #location: HermesLocation;

  /** `location` is read for each call, because a restarted gateway has another address. */
  constructor(location: HermesLocation) {
    this.#location = location;
  }

  /** Starts a run and gives its id. */
  async startRun({ input, sessionId, history, instructions }: RunRequest): Promise<string> {
    const response = await this.#call('/v1/runs', {
      body: {
        input,
        session_id: sessionId,
        conversation_history: history,
        ...(instructions === '' ? {} : { instructions }),
      },
    });
    return (await parse(response, startedRunSchema)).run_id;
  }

  /** The status of a run; `undefined` if Hermes has no such run. */
  async run(runId: string): Promise<Run | undefined> {
    const response = await this.#call(`/v1/runs/${encodeURIComponent(runId)}`, { expected: [404] });
    return response.status === 404 ? discard(response, undefined) : parse(response, runSchema);
  }

  /** The events of a run. Hermes hands each event to one reader only. `undefined` when it has none to give. */
  async events(runId: string): Promise<RunEventStream | undefined> {
    const connection = new AbortController();
    const response = await this.#call(`/v1/runs/${encodeURIComponent(runId)}/events`, {
      expected: [404],
      signal: connection.signal,
    });
    if (response.status === 404 || response.body === null) return discard(response, undefined);
    return new RunEventStream(response.body, connection);
  }

  /** Asks a run to stop. A run that is over or unknown is no error. */
  async stopRun(runId: string): Promise<void> {
    await discard(
      await this.#call(`/v1/runs/${encodeURIComponent(runId)}/stop`, {
        body: {},
        expected: [404, 409],
        endsWithHermes: true,
      }),
      undefined,
    );
  }

  /** Answers the approval that a run waits for. */
  async approve(runId: string, choice: 'once' | 'deny'): Promise<ApprovalOutcome> {
    const response = await this.#call(`/v1/runs/${encodeURIComponent(runId)}/approval`, {
      body: { choice },
      expected: [404, 409],
      endsWithHermes: true,
    });
    if (response.status === 404) return discard(response, 'unknown-run');
    return discard(response, response.status === 409 ? 'not-waiting' : 'accepted');
  }

  /** The transcript of a session, oldest first; empty if there is none. */
  async messages(sessionId: string): Promise<SessionMessage[]> {
    const response = await this.#call(`/api/sessions/${encodeURIComponent(sessionId)}/messages`, { expected: [404] });
    return response.status === 404 ? discard(response, []) : (await parse(response, messagesSchema)).data;
  }

  /**
   * Deletes a session with its messages; one that does not exist is no error. If Hermes has compressed the conversation, its
   * newer parts are sessions of their own, to which only the older ones lead: so the newest goes first.
   */
  async deleteSession(sessionId: string): Promise<void> {
    for (let deleted: string | undefined; deleted !== sessionId; ) {
      const newest = await this.#newestSession(sessionId);
      if (newest === undefined) return;
      if (newest === deleted) throw new EngineError('internal', `Hermes did not delete the session ${newest}.`);
      const path = `/api/sessions/${encodeURIComponent(newest)}`;
      await discard(await this.#call(path, { method: 'DELETE', expected: [404] }), undefined);
      deleted = newest;
    }
  }

  /** The session that holds the newest messages of a conversation; `undefined` if there is no such conversation. */
  async #newestSession(sessionId: string): Promise<string | undefined> {
    const response = await this.#call(`/api/sessions/${encodeURIComponent(sessionId)}/messages`, { expected: [404] });
    if (response.status === 404) return discard(response, undefined);
    return (await parse(response, messagesSchema)).session_id ?? sessionId;
  }

  async #call(path: string, options: CallOptions): Promise<Response> {
    const response = await this.#reach(path, options);
    if (response.ok || options.expected?.includes(response.status)) return response;
    throw apiError(response.status, await response.json().catch(() => undefined), response.headers);
  }

  /**
   * A call that did not reach Hermes, or that may be made twice, is made again when Hermes is back. Any other one fails, but
   * not before that either: the runner counts its attempts, and one without a Hermes is none.
   */
  async #reach(path: string, { method, body, signal, endsWithHermes }: CallOptions): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const endpoint = await this.#location.endpoint();
      const { baseUrl, apiKey } = endpoint;
      try {
        return await fetch(`${baseUrl}${path}`, {
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
          signal: signal ?? AbortSignal.timeout(CALL_TIMEOUT_MS),
          ...(method && { method }),
          ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        });
      } catch (cause) {
        const error = new EngineError('unavailable', 'Hermes could not be reached.', { cause });
        if (attempt === CONNECT_ATTEMPTS || signal?.aborted || wasTooSlow(cause)) throw error;
        await this.#location.recovered(endpoint);
        if (body === undefined || wasRefused(cause)) continue;
        // In a new Hermes, that call has done nothing; the same one may have acted on it.
        const { baseUrl: now } = await this.#location.endpoint();
        if (!endsWithHermes || now === baseUrl) throw error;
      }
    }
  }
}

/** It is there, and so it is not waited for. */
function wasTooSlow(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function wasRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}

async function parse<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.output<Schema>> {
  const body = await response.json().catch((cause: unknown) => {
    throw new EngineError('unavailable', 'Hermes broke off its answer.', { cause });
  });
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new EngineError('internal', `Hermes answered ${new URL(response.url).pathname} in an unknown form.`, {
    cause: result.error,
  });
}

async function discard<Value>(response: Response, value: Value): Promise<Value> {
  await response.body?.cancel();
  return value;
}
