import { orAborted } from './or-aborted.js';

/** Lets one turn of a context run at a time, in the order of arrival: engines lose or mix messages otherwise. */
export class TurnLanes {
  readonly #limit: number;
  readonly #lanes = new Map<string, Lane>();

  /** @param limit how many turns may wait in one context, besides the one that runs */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when no further turn may wait in this context. */
  isFull(contextId: string): boolean {
    return (this.#lanes.get(contextId)?.inside ?? 0) > this.#limit;
  }

  /**
   * Waits for the turns before. The bound is not checked here: a turn that was accepted, or recovered, always gets in.
   *
   * @returns releases the lane; calling it again does nothing
   * @throws the signal's reason when it is aborted first
   */
  async enter(contextId: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const lane = this.#lanes.get(contextId) ?? { tail: Promise.resolve(), inside: 0 };
    this.#lanes.set(contextId, lane);
    const before = lane.tail;
    let release = () => {};
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    lane.tail = before.then(() => mine);
    lane.inside++;
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      release();
      lane.inside--;
      if (lane.inside === 0) this.#lanes.delete(contextId);
    };
    try {
      await orAborted(before, signal);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }
}

interface Lane {
  tail: Promise<void>;
  /** Waiting or running. */
  inside: number;
}
