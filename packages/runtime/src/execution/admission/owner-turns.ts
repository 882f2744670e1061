/** A turn that waits for a slot only. */
export interface ReadyTurn {
  /** When its message was accepted. */
  readonly since: number;
  /** Decides between turns of the same time. */
  readonly number: number;
  /** Gives it a slot. */
  grant(): void;
}

/** True if the other turn goes first. */
export function isLater(turn: Omit<ReadyTurn, 'grant'>, other: Omit<ReadyTurn, 'grant'>): boolean {
  return turn.since > other.since || (turn.since === other.since && turn.number > other.number);
}

/** The turns of one owner in the queue. */
export class OwnerTurns {
  readonly owner: string;
  running = 0;
  waiting = 0;
  /** In the order in which they were accepted. */
  readonly #ready: ReadyTurn[] = [];

  constructor(owner: string) {
    this.owner = owner;
  }

  get isEmpty(): boolean {
    return this.running === 0 && this.waiting === 0;
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  add(turn: ReadyTurn): void {
    let index = this.#ready.length;
    for (let before = this.#ready[index - 1]; before && isLater(before, turn); before = this.#ready[index - 1]) index--;
    this.#ready.splice(index, 0, turn);
  }

  remove(turn: ReadyTurn): void {
    this.#ready.splice(this.#ready.indexOf(turn), 1);
  }

  /** The turn that is next. */
  shift(): ReadyTurn | undefined {
    return this.#ready.shift();
  }
}
