import { EngineError } from '@molecule/adapters';
import type { z } from 'zod';
import { apiError } from './api-error.js';
import type { HermesEndpoint } from './endpoint.js';
import { messagesSchema, type SessionMessage } from './messages.js';
import { RunEventStream } from './run-event-stream.js';
import { type Run, runSchema, startedRunSchema } from './runs.js';

const CALL_TIMEOUT_MS = 30_000;
/** A call that found nobody is made so often; before each but the first, Hermes is waited for. */
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

/** Whether an approval reached the run: Hermes no longer knows the run, or the run no longer waits. */
export type ApprovalOutcome = 'accepted' | 'not-waiting' | 'unknown-run';

interface CallOptions {
  readonly body?: unknown;
  /** Statuses that are an answer and not an error. */
  readonly expected?: readonly number[];
  readonly signal?: AbortSignal;
  /** True for a call whose effect does not outlive the Hermes that it was made to. */
  readonly endsWithHermes?: boolean;
}

/** Where Hermes is. */
export interface HermesLocation {
  endpoint(): Promise<HermesEndpoint>;
  /** Waits, within bounds, until there is a Hermes again after a call has found nobody at `endpoint`. */
  recovered(endpoint: HermesEndpoint): Promise<void>;
}

/** The pages of the Hermes API server that the engine needs. Every method throws `EngineError`. */
export class HermesClient {
  readonly #location: HermesLocation;

  /** `location` is asked anew for each call, since a restarted gateway answers elsewhere. */
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

  /** How a run is; `undefined` when Hermes does not know it. */
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

  /** The transcript of a session, oldest first; empty when there is none. */
  async messages(sessionId: string): Promise<SessionMessage[]> {
    const response = await this.#call(`/api/sessions/${encodeURIComponent(sessionId)}/messages`, { expected: [404] });
    return response.status === 404 ? discard(response, []) : (await parse(response, messagesSchema)).data;
  }

  async #call(path: string, options: CallOptions): Promise<Response> {
    const response = await this.#reach(path, options);
    if (response.ok || options.expected?.includes(response.status)) return response;
    throw apiError(response.status, await response.json().catch(() => undefined), response.headers);
  }

  /**
   * A call that did not reach Hermes, or that changes nothing, is made again when Hermes is back. Any other one fails, but
   * not before that either: the runner counts its attempts, and one without a Hermes is none.
   */
  async #reach(path: string, { body, signal, endsWithHermes }: CallOptions): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const endpoint = await this.#location.endpoint();
      const { baseUrl, apiKey } = endpoint;
      try {
        return await fetch(`${baseUrl}${path}`, {
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
          signal: signal ?? AbortSignal.timeout(CALL_TIMEOUT_MS),
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
