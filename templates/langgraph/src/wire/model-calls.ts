import { AsyncLocalStorage } from 'node:async_hooks';
import type { FinishReason, RetryEvent, UsageEvent } from '@molecule/adapters';

/** The facts of one model call from the wire, in addition to LangChain's. */
export interface ModelCallFacts {
  /** Why the answer ended. */
  readonly reason: FinishReason;
  /** Tool calls that must not run, by id, and the text for the model in place of a result. */
  readonly notRun: ReadonlyMap<string, string>;
}

/** Collects the facts of the model calls of one turn. */
export class ModelCalls {
  readonly #events: (UsageEvent | RetryEvent)[] = [];
  #newest: ModelCallFacts | undefined;
  #watched = false;

  /** True once a call was watched; its usage is then reported here, also if the call failed. */
  get watched(): boolean {
    return this.#watched;
  }

  begin(): void {
    this.#watched = true;
    this.#newest = undefined;
  }

  end(facts: ModelCallFacts): void {
    this.#newest = facts;
  }

  /** Adds an event for the caller of the turn. */
  tell(event: UsageEvent | RetryEvent): void {
    this.#events.push(event);
  }

  /** The facts of the newest call that came to its end; `undefined` when it was not watched. Can be taken once. */
  takeFacts(): ModelCallFacts | undefined {
    const facts = this.#newest;
    this.#newest = undefined;
    return facts;
  }

  /** The events since the last call. */
  takeEvents(): readonly (UsageEvent | RetryEvent)[] {
    return this.#events.splice(0);
  }
}

/** The turn that a model call belongs to. A call outside any turn is watched as well, but its events are not reported. */
export const turnCalls = new AsyncLocalStorage<ModelCalls>();
