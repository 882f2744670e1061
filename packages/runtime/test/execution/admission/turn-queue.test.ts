import { expect, it } from 'vitest';
import type { Place } from '../../../src/execution/admission/place.js';
import { TurnQueue } from '../../../src/execution/admission/turn-queue.js';
import { queueLimits } from '../../support/queue-limits.js';
import { freshSeed, randomFrom } from '../../support/random.js';

const NEVER = new AbortController().signal;

it('a slot that becomes free goes to the owners in turn, although one of them has many turns', async () => {
  const queue = new TurnQueue(queueLimits({ running: 1 }));
  const begun: string[] = [];
  const places: Place[] = [];
  const add = (owner: string, name: string) => {
    const place = queue.enter({ owner, lane: name });
    void place.begin(NEVER).then(() => {
      begun.push(name);
      places.push(place);
    });
  };
  for (let count = 1; count <= 5; count++) add('ann', `ann ${count}`);
  add('bob', 'bob 1');
  add('bob', 'bob 2');
  add('eve', 'eve 1');
  for (let count = 0; count < 8; count++) {
    await settle();
    places.shift()?.leave();
  }
  expect(begun).toEqual(['ann 1', 'ann 2', 'bob 1', 'eve 1', 'ann 3', 'bob 2', 'ann 4', 'ann 5']);
});

it('a turn that waits in its lane takes no slot, and turns that were accepted earlier go first', async () => {
  const queue = new TurnQueue(queueLimits({ running: 2 }));
  const begun: string[] = [];
  const begin = (lane: string, name: string, since?: number) => {
    const place = queue.enter({ owner: 'ann', lane, ...(since !== undefined && { since }) });
    void place.begin(NEVER).then(() => begun.push(name));
    return place;
  };
  const first = begin('a', 'a1');
  begin('a', 'a2');
  begin('a', 'a0', 1);
  begin('b', 'b1');
  await settle();
  expect(begun).toEqual(['a1', 'b1']);
  begin('c', 'c1');
  begin('d', 'd0', 2);
  first.leave();
  await settle();
  // The oldest of the lane, and then the oldest of all that wait for a slot only.
  expect(begun).toEqual(['a1', 'b1', 'a0']);
  expect(queue.counts()).toMatchObject({ running: 2, waiting: 3 });
});

it('an aborted turn leaves at once, and those behind it move up', async () => {
  const queue = new TurnQueue(queueLimits({ running: 1, waiting: 2 }));
  const first = queue.enter({ owner: 'ann', lane: 'a' });
  const abort = new AbortController();
  const canceled = queue.enter({ owner: 'ann', lane: 'b' }).begin(abort.signal);
  const last = queue.enter({ owner: 'ann', lane: 'b' }).begin(NEVER);
  expect(queue.admit({ owner: 'ann', lane: 'c' })).toMatchObject({ full: 'server' });
  abort.abort();
  expect(await canceled).toBe(false);
  expect(queue.counts()).toEqual({ running: 1, waiting: 1, refused: 1 });
  first.leave();
  expect(await last).toBe(true);
});

it('a parked turn counts as waiting, but neither takes a slot nor keeps its lane', async () => {
  const queue = new TurnQueue(queueLimits({ running: 1, waiting: 1 }));
  const parked = queue.enter({ owner: 'ann', lane: 'a' });
  parked.park();
  const next = queue.enter({ owner: 'ann', lane: 'a' });
  expect(await next.begin(NEVER)).toBe(true);
  expect(queue.counts()).toMatchObject({ running: 1, waiting: 1 });
  expect(queue.admit({ owner: 'bob', lane: 'b' })).toMatchObject({ full: 'server' });
  const begun = parked.begin(NEVER);
  next.leave();
  expect(await begun).toBe(true);
  parked.leave();
  expect(queue.counts()).toMatchObject({ running: 0, waiting: 0 });
});

it('the time after which a refused client returns follows the number that wait and the pace of turns, within bounds', async () => {
  const queue = new TurnQueue(queueLimits({ running: 1, waiting: 3 }));
  const fill = () => [1, 2, 3, 4].map((lane) => queue.enter({ owner: 'ann', lane: `${lane}` }));
  const places = fill();
  // Nothing has ended yet.
  expect(queue.admit({ owner: 'ann', lane: 'x' })).toEqual({ full: 'server', retryAfterSeconds: 15 });
  await places[0]?.begin(NEVER);
  places[0]?.leave();
  queue.enter({ owner: 'ann', lane: 'y' });
  expect(queue.admit({ owner: 'ann', lane: 'x' })).toEqual({ full: 'server', retryAfterSeconds: 1 });
});

const seed = freshSeed();
it(`at random no limit is exceeded, no slot is left free, and each lane keeps its order (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const pick = (most: number) => Math.floor(random() * most);
  for (let round = 0; round < 40; round++) {
    const limits = queueLimits({
      running: 1 + pick(6),
      waiting: pick(12),
      runningOfOwner: 1 + pick(4),
      waitingOfOwner: pick(8),
      waitingInContext: pick(5),
    });
    await play(new TurnQueue(limits), limits, pick);
  }
});

interface Turn {
  readonly owner: string;
  readonly lane: string;
  readonly place: Place;
  readonly abort: AbortController;
  running: boolean;
}

/** Random messages, ends and cancels; after each, everything that can be seen is compared with the limits. */
async function play(queue: TurnQueue, limits: ReturnType<typeof queueLimits>, pick: (most: number) => number) {
  const turns: Turn[] = [];
  const remove = (turn: Turn) => turns.splice(turns.indexOf(turn), 1);
  for (let step = 0; step < 120; step++) {
    const chosen = turns[pick(turns.length)];
    const what = pick(10);
    if (what < 6 || !chosen) {
      const owner = `owner ${pick(3)}`;
      const lane = `${owner}, context ${pick(4)}`;
      const admitted = queue.admit({ owner, lane });
      const own = turns.filter((turn) => turn.owner === owner);
      const inLane = turns.filter((turn) => turn.lane === lane);
      const begins = inLane.length === 0 && running(turns) < limits.running && running(own) < limits.runningOfOwner;
      const full =
        inLane.length > limits.waitingInContext ||
        (!begins && (waiting(turns) >= limits.waiting || waiting(own) >= limits.waitingOfOwner));
      expect('full' in admitted).toBe(full);
      if (!('full' in admitted)) {
        const turn: Turn = { owner, lane, place: admitted, abort: new AbortController(), running: false };
        turns.push(turn);
        void admitted.begin(turn.abort.signal).then((begun) => {
          turn.running = begun;
        });
      }
    } else if (what < 9 && chosen.running) {
      remove(chosen);
      chosen.place.leave();
    } else if (!chosen.running) {
      remove(chosen);
      chosen.abort.abort();
    }
    await settle();
    check(queue, limits, turns);
  }
}

function check(queue: TurnQueue, limits: ReturnType<typeof queueLimits>, turns: readonly Turn[]) {
  expect(queue.counts()).toMatchObject({ running: running(turns), waiting: waiting(turns) });
  expect(running(turns)).toBeLessThanOrEqual(limits.running);
  expect(waiting(turns)).toBeLessThanOrEqual(limits.waiting);
  for (const own of groups(turns, ({ owner }) => owner)) {
    expect(running(own)).toBeLessThanOrEqual(limits.runningOfOwner);
    expect(waiting(own)).toBeLessThanOrEqual(limits.waitingOfOwner);
  }
  for (const lane of groups(turns, (turn) => turn.lane)) {
    // Only the first of a lane runs.
    expect(running(lane.slice(1))).toBe(0);
    const [first] = lane;
    const own = turns.filter(({ owner }) => owner === first?.owner);
    const couldRun = running(turns) < limits.running && running(own) < limits.runningOfOwner;
    if (couldRun) expect(first?.running).toBe(true);
  }
}

function groups(turns: readonly Turn[], by: (turn: Turn) => string): readonly (readonly Turn[])[] {
  return [...new Set(turns.map(by))].map((key) => turns.filter((turn) => by(turn) === key));
}

function running(turns: readonly Turn[]): number {
  return turns.filter((turn) => turn.running).length;
}

function waiting(turns: readonly Turn[]): number {
  return turns.length - running(turns);
}

/** Everything that was granted has begun. */
async function settle(): Promise<void> {
  for (let count = 0; count < 5; count++) await Promise.resolve();
}
