import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConnectionLike } from '@temporalio/client';
import { bounded, orAborted } from '../support/wait.js';

/** Limit of a request for which no other was set: longer than any answer takes. */
const REQUEST_MS = 10_000;
/** Members of a service that are no requests. */
const NOT_REQUESTS: ReadonlySet<string> = new Set(['rpcCall', 'rpcImpl', 'end', 'on', 'off', 'emit', 'constructor']);

/** A request was refused or aborted because its connection is closed. */
export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';

  constructor(what: string) {
    super(`${what}: the connection to Temporal has been closed`);
  }
}

/**
 * Makes every request of one connection, so that none outlives it: using a closed channel throws an error that no code can catch.
 * Each request has a deadline. Closing refuses new requests and aborts open ones; the channel is closed when the last has ended.
 */
export class Calls<Connection extends ConnectionLike = ConnectionLike> {
  /** The connection for clients: each of its requests goes through this class. */
  readonly connection: Connection;
  readonly #raw: Connection;
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #deadline = new AsyncLocalStorage<number>();
  // In the context of an activity, the activity's cancel would abort the requests.
  readonly #outside = AsyncLocalStorage.snapshot();
  #closed: Promise<void> | undefined;

  constructor(connection: Connection) {
    this.#raw = connection;
    const workflowService = this.#guard(connection.workflowService);
    this.connection = new Proxy(connection, {
      get: (target, name) => (name === 'workflowService' ? workflowService : Reflect.get(target, name)),
    });
  }

  /**
   * Runs an operation that consists of requests, within so many milliseconds.
   *
   * @throws {TimedOutError} when the time is over; {@link ConnectionClosedError} if the connection is or gets closed; what `make` throws
   */
  make<Answer>(what: string, timeoutMs: number, make: () => Promise<Answer>): Promise<Answer> {
    const made = this.#outside(() => this.#deadline.run(Date.now() + timeoutMs, make));
    return bounded(this.#orClosed(what, made), timeoutMs, what);
  }

  /** Refuses new requests, aborts open ones, and closes the connection when the last has ended. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #guard<Service extends object>(service: Service): Service {
    return new Proxy(service, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || typeof name !== 'string' || NOT_REQUESTS.has(name)) return member;
        return (...parameters: unknown[]) => this.#send(name, () => Reflect.apply(member, target, parameters));
      },
    });
  }

  async #send<Answer>(name: string, request: () => Promise<Answer>): Promise<Answer> {
    if (this.#closing.signal.aborted) throw new ConnectionClosedError(name);
    const deadline = this.#deadline.getStore() ?? Date.now() + REQUEST_MS;
    const abandoned = new AbortController();
    const abandon = () => abandoned.abort();
    this.#closing.signal.addEventListener('abort', abandon, { once: true });
    const answer = this.#outside(() =>
      this.#raw.withAbortSignal(abandoned.signal, () => this.#raw.withDeadline(deadline, request)),
    );
    // The caller gets the error.
    const ended = answer.then(
      () => {},
      () => {},
    );
    const left = ended.then(() => {
      this.#closing.signal.removeEventListener('abort', abandon);
      this.#underWay.delete(left);
    });
    this.#underWay.add(left);
    return this.#orClosed(name, answer);
  }

  /** The native connection cannot abort a request, so the caller stops waiting for it instead. */
  #orClosed<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
    return orAborted(answer, this.#closing.signal, () => new ConnectionClosedError(what));
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
    await this.#raw.close();
  }
}
