import type { Network, Pair } from './pair.ts';

/** Longer than a lease, and longer than Temporal waits for a heartbeat. */
const AWAY_MS = 7_000;
/** After a death, or a life without the database. */
export const TAKEOVER_MS = 4_000;
/** After a stop, its grace of 200 ms included. */
const HANDOVER_MS = 1_000;

/** What happens to the first replica. */
export interface Blow {
  readonly name: string;
  /** The process lives on, and comes back. */
  readonly survives: boolean;
  /** The process stands still meanwhile. */
  readonly freezes: boolean;
  /** How long it lasts at least, for a process that survives. */
  readonly awayMs: number;
  /** Another replica should run its turns after this time. */
  readonly takeoverMs: number;
  /** True if another replica must take its turns over; false if it may keep them. */
  readonly loses: boolean;
  strike(pair: Pair): Promise<void>;
  /** Undoes it, for a process that survives. */
  heal(pair: Pair): Promise<void>;
}

const nowhere = async () => {};

/** Ends the first replica. It is started again. */
export function endedBy(signal: 'SIGKILL' | 'SIGTERM'): Blow {
  const strike = ({ first }: Pair) => first.stop(signal);
  const takeoverMs = signal === 'SIGTERM' ? HANDOVER_MS : TAKEOVER_MS;
  return { name: signal, survives: false, freezes: false, awayMs: 0, takeoverMs, loses: true, strike, heal: nowhere };
}

const freeze: Blow = {
  name: 'SIGSTOP, SIGCONT',
  survives: true,
  freezes: true,
  awayMs: AWAY_MS,
  takeoverMs: TAKEOVER_MS,
  loses: true,
  strike: async ({ first }) => first.signalAll('SIGSTOP'),
  heal: async ({ first }) => first.signalAll('SIGCONT'),
};

/** Cuts the first replica off servers, for a while. */
export function cutOff(name: string, loses: boolean, ...how: Parameters<Network['cut']>): Blow {
  return {
    name,
    survives: true,
    freezes: false,
    awayMs: AWAY_MS,
    takeoverMs: TAKEOVER_MS,
    loses,
    strike: ({ network }) => network.cut(...how),
    heal: ({ network }) => network.mend(),
  };
}

/** No blow: for a replica that is worse off all the time. */
export const nothing: Blow = {
  name: 'nothing',
  survives: true,
  freezes: false,
  awayMs: 0,
  takeoverMs: TAKEOVER_MS,
  loses: false,
  strike: nowhere,
  heal: nowhere,
};

/** On one host. */
export const BLOWS: readonly Blow[] = [
  endedBy('SIGKILL'),
  freeze,
  cutOff('cut off, healed', true, ['database', 'temporal']),
  endedBy('SIGTERM'),
];
