import type { InputRequest } from '../contract/input-request.js';
import { canceledError } from '../errors/canceled-error.js';
import { EngineError } from '../errors/engine-error.js';
import type { PutAway } from './step-journal.js';
import type { StepScope } from './step-scope.js';

/** A sleep that ends within this time is waited for in the process. */
const IN_PROCESS_MS = 60_000;

interface Wait {
  readonly request?: InputRequest;
  /** Milliseconds since 1970. */
  readonly until?: number;
  readonly scope: StepScope;
  readonly over: PromiseWithResolvers<void>;
  timer?: NodeJS.Timeout;
}

/** The questions and sleeps that the code of a turn waits for. When nothing else is at work, the turn is put away. */
export class StepWaits {
  readonly #now: () => number;
  readonly #signal: AbortSignal;
  readonly #waits = new Set<Wait>();
  /** Steps that run. */
  readonly #running = new Set<StepScope>();
  readonly #putAway = Promise.withResolvers<PutAway>();
  #isScheduled = false;
  #isPutAway = false;

  constructor(now: () => number, signal: AbortSignal) {
    this.#now = now;
    this.#signal = signal;
  }

  /** Resolves when the turn is to be put away. */
  get putAway(): Promise<PutAway> {
    return this.#putAway.promise;
  }

  /** @throws {EngineError} `canceled` once the turn is put away */
  requireRunning(): void {
    if (this.#isPutAway) throw putAwayError();
  }

  begins(step: StepScope): void {
    this.#running.add(step);
  }

  ends(step: StepScope): void {
    this.#running.delete(step);
    this.#schedule();
  }

  /** Never resolves: the turn is put away for the answer. */
  async ask(scope: StepScope, request: InputRequest): Promise<never> {
    await this.#wait({ scope, request, over: Promise.withResolvers() });
    throw putAwayError();
  }

  async sleep(scope: StepScope, until: number): Promise<void> {
    const left = until - this.#now();
    if (left <= 0) return;
    const wait: Wait = { scope, until, over: Promise.withResolvers() };
    if (left <= IN_PROCESS_MS) wait.timer = setTimeout(() => wait.over.resolve(), left);
    const stop = () => {
      clearTimeout(wait.timer);
      wait.over.reject(canceledError(this.#signal));
    };
    if (this.#signal.aborted) stop();
    else this.#signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#wait(wait);
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
  }

  async #wait(wait: Wait): Promise<void> {
    this.#waits.add(wait);
    for (const scope of wait.scope.outwards()) scope.waits++;
    this.#schedule();
    try {
      await wait.over.promise;
    } finally {
      this.#waits.delete(wait);
      for (const scope of wait.scope.outwards()) scope.waits--;
    }
  }

  /** What has just ended may be followed by another step: the code runs on first. */
  #schedule(): void {
    if (this.#isScheduled || this.#waits.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() =>
      setImmediate(() => {
        this.#isScheduled = false;
        this.#look();
      }),
    );
  }

  #look(): void {
    const waits = [...this.#waits];
    if (this.#isPutAway || waits.length === 0 || [...this.#running].some((step) => step.waits === 0)) return;
    const requests = waits.flatMap(({ request }) => request ?? []);
    if (requests.length === 0 && waits.some(({ timer }) => timer)) return;
    this.#isPutAway = true;
    const until = Math.min(...waits.flatMap((wait) => wait.until ?? []));
    this.#putAway.resolve({ requests, until });
    for (const { over, timer } of waits) {
      clearTimeout(timer);
      over.reject(putAwayError());
    }
  }
}

function putAwayError(): EngineError {
  return new EngineError('canceled', 'The turn is put away, and begins again when what it waits for has come.');
}
