import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConnectionLike } from '@temporalio/client';
import { bounded } from '../support/bounded.js';

/** Bound of a request for which no other was set: longer than any answer takes, shorter than anybody waits for an end. */
const REQUEST_MS = 10_000;
/** What a service has beside its requests. */
const NOT_REQUESTS: ReadonlySet<string> = new Set(['rpcCall', 'rpcImpl', 'end', 'on', 'off', 'emit', 'constructor']);

/** A request that was refused or given up because its connection is closed. */
export class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed';

  constructor(what: string) {
    super(`${what}: the connection to Temporal has been closed`);
  }
}

/**
 * Makes every request of one connection, so that none outlives it: a closed channel that is used again throws where nobody
 * can catch it. Each request has a deadline; closing refuses new ones and aborts those that are under way, and the channel
 * itself is closed when the last has ended.
 */
export class Calls<Connection extends ConnectionLike = ConnectionLike> {
  /** The connection as clients get it: there is no way around this class. */
  readonly connection: Connection;
  readonly #raw: Connection;
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #deadline = new AsyncLocalStorage<number>();
  // An activity's own context aborts the requests that are made in it once the activity is canceled.
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
   * Does something that consists of requests, within so many milliseconds.
   *
   * @throws {TimedOut} when the time is over; {@link ConnectionClosed} when the connection is closed before or meanwhile;
   * what it throws
   */
  make<Answer>(what: string, timeoutMs: number, make: () => Promise<Answer>): Promise<Answer> {
    const made = this.#outside(() => this.#deadline.run(Date.now() + timeoutMs, make));
    return bounded(this.#orClosed(what, made), timeoutMs, what);
  }

  /** Refuses new requests, aborts those under way, and closes the connection when the last has ended. Idempotent. */
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
    if (this.#closing.signal.aborted) throw new ConnectionClosed(name);
    const deadline = this.#deadline.getStore() ?? Date.now() + REQUEST_MS;
    const abandoned = new AbortController();
    const abandon = () => abandoned.abort();
    this.#closing.signal.addEventListener('abort', abandon, { once: true });
    const answer = this.#outside(() =>
      this.#raw.withAbortSignal(abandoned.signal, () => this.#raw.withDeadline(deadline, request)),
    );
    // Its caller has the error.
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

  /** The native connection aborts no request; its caller need not wait for that. */
  async #orClosed<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
    const { signal } = this.#closing;
    let giveUp = () => {};
    const closed = new Promise<never>((_, reject) => {
      giveUp = () => reject(new ConnectionClosed(what));
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
    });
    try {
      return await Promise.race([answer, closed]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
    await this.#raw.close();
  }
}
