import { engineContext } from '../../tasks/engine-context.js';
import type { Place } from './place.js';
import type { QueueRefusal, TurnQueue } from './turn-queue.js';

/** A turn whose message is about to be stored. */
export interface AdmittedTurn {
  readonly taskId: string;
  readonly turn: number;
  readonly owner: string;
  readonly contextId: string;
}

/** The places of admitted turns that do not run yet. */
export class AdmittedPlaces {
  readonly #queue: TurnQueue;
  readonly #places = new Map<string, Place>();

  constructor(queue: TurnQueue) {
    this.#queue = queue;
  }

  /** Takes a place for a turn. Returns why there is none. */
  admit({ taskId, turn, owner, contextId }: AdmittedTurn): QueueRefusal | undefined {
    const admitted = this.#queue.admit({ owner, lane: engineContext(owner, contextId) });
    if ('full' in admitted) return admitted;
    this.#places.set(placeKey(taskId, turn), admitted);
    return undefined;
  }

  /** True if the place has a slot. */
  isRunning(taskId: string, turn: number): boolean {
    return this.#places.get(placeKey(taskId, turn))?.state === 'running';
  }

  park(taskId: string, turn: number): void {
    this.#places.get(placeKey(taskId, turn))?.park();
  }

  /** The place of a turn that runs now, which is no longer kept here. */
  take(taskId: string, turn: number): Place | undefined {
    const key = placeKey(taskId, turn);
    const place = this.#places.get(key);
    this.#places.delete(key);
    return place;
  }
}

function placeKey(taskId: string, turn: number): string {
  return `${taskId}#${turn}`;
}
