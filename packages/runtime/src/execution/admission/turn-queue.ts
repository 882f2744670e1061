import type { QueueLimits } from '../../settings/environment/runtime-settings.js';
import { isLater, OwnerTurns } from './owner-turns.js';
import { Place } from './place.js';
import { TurnPace } from './turn-pace.js';

/** Whose turns are too many. */
export type FullQueue = 'context' | 'owner' | 'server';

/** A turn that may not even wait. */
export interface QueueRefusal {
  readonly full: FullQueue;
  /** When a place is likely to be free. */
  readonly retryAfterSeconds: number;
}

/** An owner without turns. */
const NONE = { running: 0, waiting: 0 };

/** The turns of a process at this moment, and the number that was refused since it started. */
export interface TurnCounts {
  readonly running: number;
  readonly waiting: number;
  readonly refused: number;
}

/** A turn whose place is wanted. */
export interface QueuedTurn {
  readonly owner: string;
  /** The turns of one lane run one after the other: engines lose or mix messages otherwise. */
  readonly lane: string;
  /** The order in which its message was accepted; earlier turns go first. Default: after all others. */
  readonly since?: number;
}

/**
 * The places of a process's turns. A turn waits until it is the first of its lane and has a slot. A slot that becomes free goes
 * round robin to the owners with such a turn, and within an owner to the turn that was accepted first. A turn that waits in its
 * lane takes no slot.
 */
export class TurnQueue {
  #limits: QueueLimits;
  readonly #lanes = new Map<string, Place[]>();
  readonly #owners = new Map<string, OwnerTurns>();
  /** Owners with a turn that waits for a slot only. The first one is next. */
  readonly #rotation = new Set<OwnerTurns>();
  readonly #pace = new TurnPace();
  #running = 0;
  #waiting = 0;
  #refused = 0;
  #sequence = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Changes the limits. Turns that run or wait already stay. */
  limit(limits: QueueLimits): void {
    this.#limits = limits;
    this.#giveSlots();
  }

  counts(): TurnCounts {
    return { running: this.#running, waiting: this.#waiting, refused: this.#refused };
  }

  /** A place for a turn that is about to be stored, within the limits. Its slot, if one is free, is taken at once. */
  admit(turn: QueuedTurn): Place | QueueRefusal {
    const refusal = this.refusalFor(turn);
    if (!refusal) return this.enter(turn);
    this.#refused++;
    return refusal;
  }

  /** Why the turn would not be admitted now; undefined if it would. */
  refusalFor({ owner, lane }: QueuedTurn): QueueRefusal | undefined {
    const { running, waiting, runningOfOwner, waitingOfOwner, waitingInContext } = this.#limits;
    const { running: ownRunning, waiting: ownWaiting } = this.#owners.get(owner) ?? NONE;
    const before = this.#lanes.get(lane)?.length ?? 0;
    if (before > waitingInContext) return this.#refusal('context', before - 1, 1);
    const begins = before === 0 && this.#running < running && ownRunning < runningOfOwner;
    if (begins) return undefined;
    if (this.#waiting >= waiting) return this.#refusal('server', this.#waiting, this.#running);
    if (ownWaiting >= waitingOfOwner) return this.#refusal('owner', ownWaiting, ownRunning);
    return undefined;
  }

  /** Counts a turn that was refused without {@link admit}. */
  countRefusal(): void {
    this.#refused++;
  }

  /** False while no turn is refused but for its context. */
  get isFull(): boolean {
    const { running, waiting, runningOfOwner, waitingOfOwner } = this.#limits;
    return this.#running >= Math.min(running, runningOfOwner) && this.#waiting >= Math.min(waiting, waitingOfOwner);
  }

  /** A place for a turn that is stored already. It is not refused. */
  enter({ owner, lane, since = Number.POSITIVE_INFINITY }: QueuedTurn): Place {
    const own = this.#owners.get(owner) ?? new OwnerTurns(owner);
    this.#owners.set(owner, own);
    const place = new Place({ own, lane, since, number: this.#sequence++ }, this);
    this.#waiting++;
    own.waiting++;
    this.#insertBehind(place);
    return place;
  }

  /** Of {@link Place}: it gives its slot back and leaves its lane, but still counts as waiting. */
  park(place: Place): void {
    if (place.state === 'parked' || place.state === 'left') return;
    this.#withdraw(place);
    place.state = 'parked';
    this.#goOn(place.lane);
  }

  /** Of {@link Place}: it gives its slot back, and lines up by its order without becoming ready. */
  hold(place: Place): void {
    if (place.state !== 'running') return;
    this.#withdraw(place);
    this.#insert(place);
    place.state = 'held';
    this.#goOn(place.lane);
  }

  /** Of {@link Place}: it lines up by its order, which is known now. */
  lineUp(place: Place, since: number): void {
    const { own, state } = place;
    if (state === 'ready') own.remove(place);
    else if (state !== 'running') this.#withdraw(place);
    place.since = since;
    if (state === 'ready') own.add(place);
    else if (state !== 'running') this.#insertBehind(place);
  }

  /** Of {@link Place}. */
  leave(place: Place): void {
    if (place.state === 'left') return;
    if (place.ranMs !== undefined) this.#pace.ended(place.ranMs);
    this.#withdraw(place);
    place.state = 'left';
    this.#waiting--;
    place.own.waiting--;
    this.#goOn(place.lane);
    if (place.own.isEmpty) this.#owners.delete(place.own.owner);
  }

  #insertBehind(place: Place): void {
    this.#insert(place);
    place.state = 'behind';
    this.#goOn(place.lane);
  }

  #insert(place: Place): void {
    const lane = this.#lanes.get(place.lane) ?? [];
    this.#lanes.set(place.lane, lane);
    // A turn that has its slot stays the first.
    const least = lane[0]?.state === 'running' ? 1 : 0;
    let index = lane.length;
    for (let before = lane[index - 1]; index > least && before && isLater(before, place); before = lane[index - 1])
      index--;
    const first = lane[0];
    if (index === 0 && first) this.#unready(first);
    lane.splice(index, 0, place);
  }

  /** Takes the place out of its lane; a slot that it holds becomes free, and it counts as waiting. */
  #withdraw(place: Place): void {
    if (place.state === 'parked') return;
    const lane = this.#lanes.get(place.lane) ?? [];
    lane.splice(lane.indexOf(place), 1);
    if (lane.length === 0) this.#lanes.delete(place.lane);
    if (place.state === 'ready') this.#unready(place);
    if (place.state === 'running') this.#count(place.own, -1);
  }

  /** The first of the lane waits for a slot now, and free slots are given away. */
  #goOn(lane: string): void {
    const first = this.#lanes.get(lane)?.[0];
    if (first?.state === 'behind') {
      first.state = 'ready';
      first.own.add(first);
      this.#rotation.add(first.own);
    }
    this.#giveSlots();
  }

  #giveSlots(): void {
    while (this.#running < this.#limits.running) {
      const own = this.#nextOwner();
      if (!own) return;
      const next = own.shift();
      // The owner's other turns come after those of the other owners.
      this.#rotation.delete(own);
      if (own.hasReady) this.#rotation.add(own);
      this.#count(own, 1);
      next?.grant();
    }
  }

  #nextOwner(): OwnerTurns | undefined {
    for (const own of this.#rotation) if (own.running < this.#limits.runningOfOwner) return own;
    return undefined;
  }

  #unready(place: Place): void {
    if (place.state !== 'ready') return;
    place.state = 'behind';
    place.own.remove(place);
    if (!place.own.hasReady) this.#rotation.delete(place.own);
  }

  #count(own: OwnerTurns, running: 1 | -1): void {
    this.#running += running;
    this.#waiting -= running;
    own.running += running;
    own.waiting -= running;
  }

  #refusal(full: FullQueue, waiting: number, running: number): QueueRefusal {
    return { full, retryAfterSeconds: this.#pace.secondsFor(waiting, running) };
  }
}
