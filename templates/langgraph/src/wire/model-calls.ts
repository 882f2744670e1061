import { AsyncLocalStorage } from 'node:async_hooks';
import type { FinishReason, RetryEvent, UsageEvent } from '@molecule/adapters';

/** What the wire told of one model call, beside what LangChain makes of it. */
export interface ModelCallFacts {
  /** Why the answer ended. */
  readonly reason: FinishReason;
  /** Tool calls that must not run, by id, and what to tell the model instead. */
  readonly notRun: ReadonlyMap<string, string>;
}

/** Gathers what the wire tells of the model calls of one turn. */
export class ModelCalls {
  readonly #events: (UsageEvent | RetryEvent)[] = [];
  #newest: ModelCallFacts | undefined;
  #watched = false;

  /** True once a call was watched: its usage is told here, also when the call failed. */
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

  /** Something that the caller of the turn is told. */
  tell(event: UsageEvent | RetryEvent): void {
    this.#events.push(event);
  }

  /** The facts of the newest call that came to its end; `undefined` when it was not watched. Can be taken once. */
  takeFacts(): ModelCallFacts | undefined {
    const facts = this.#newest;
    this.#newest = undefined;
    return facts;
  }

  /** What is to be told since the last time. */
  takeEvents(): readonly (UsageEvent | RetryEvent)[] {
    return this.#events.splice(0);
  }
}

/** The turn that a model call belongs to. A call outside of any turn is watched, too, but nobody is told. */
export const turnCalls = new AsyncLocalStorage<ModelCalls>();
