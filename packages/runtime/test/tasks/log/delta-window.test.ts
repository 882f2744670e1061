import { expect, it } from 'vitest';
import { DeltaWindow } from '../../../src/tasks/log/delta-window.js';
import { ManualClock } from '../../support/manual-clock.js';

/** Keeps gathering for `windows` windows, and returns how long each took. */
async function lengths(window: DeltaWindow, clock: ManualClock, windows: number): Promise<number[]> {
  const found: number[] = [];
  for (let count = 0; count < windows; count++) {
    const begun = clock.now();
    let ended: number | undefined;
    window.add({
      gather: () => {
        ended = clock.now();
      },
    });
    while (ended === undefined) await clock.pass(1);
    found.push(ended - begun);
  }
  return found;
}

it('turns that have deltas gather at the same moment, each once, and one that has left does not', async () => {
  const clock = new ManualClock();
  const window = new DeltaWindow(clock, () => 0);
  const gathered: string[] = [];
  const [one, two, gone] = ['one', 'two', 'gone'].map((name) => ({ gather: () => void gathered.push(name) }));
  if (!one || !two || !gone) throw new Error('There are three.');
  for (const gatherer of [one, gone, two, one]) window.add(gatherer);
  window.delete(gone);
  await clock.pass(24);
  expect(gathered).toEqual([]);
  await clock.pass(1);
  expect(gathered).toEqual(['one', 'two']);
});

it('the window becomes longer while the event loop is busy, and shorter again', async () => {
  const clock = new ManualClock();
  let share = 1;
  const window = new DeltaWindow(clock, () => share);
  expect(await lengths(window, clock, 6)).toEqual([25, 50, 100, 200, 250, 250]);
  share = 0.7;
  expect(await lengths(window, clock, 2)).toEqual([250, 250]);
  share = 0.1;
  expect(await lengths(window, clock, 5)).toEqual([125, 62.5, 31.25, 25, 25]);
});

it('the first window after a pause is the shortest one', async () => {
  const clock = new ManualClock();
  const window = new DeltaWindow(clock, () => 1);
  expect(await lengths(window, clock, 3)).toEqual([25, 50, 100]);
  await clock.pass(300);
  expect(await lengths(window, clock, 2)).toEqual([25, 50]);
});
