/** The time that the error rate covers, as the platform defines it (`registry-and-heartbeat.md`): it falls when an agent has recovered, or is idle. */
export const WINDOW_MS = 60_000;
/** So many outcomes are kept at most: what each process writes for the others stays small. */
export const OUTCOMES = 200;

export interface OutcomeOfTurn {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Absent: the turn succeeded. */
  readonly error?: string;
}

/** What one process has at hand. */
export interface Work {
  /** How many turns run. */
  readonly active: number;
  /** The one that began last. */
  readonly current?: { readonly summary: string; readonly begunAt: number };
  /** Of the turns of the last minute, oldest first. */
  readonly outcomes: readonly OutcomeOfTurn[];
  /** Why its engine is unhealthy. */
  readonly trouble?: string;
}

/** What all processes of a workspace have at hand together. */
export function together(works: readonly Work[]): Work {
  const current = works
    .flatMap((work) => work.current ?? [])
    .sort((one, other) => one.begunAt - other.begunAt)
    .at(-1);
  const trouble = works.find((work) => work.trouble !== undefined)?.trouble;
  return {
    active: works.reduce((sum, { active }) => sum + active, 0),
    ...(current && { current }),
    outcomes: works
      .flatMap(({ outcomes }) => outcomes)
      .sort((one, other) => one.at - other.at)
      .slice(-OUTCOMES),
    ...(trouble !== undefined && { trouble }),
  };
}

/** The share of the turns of the last minute that failed, 0 to 1. */
export function errorRateOf({ outcomes }: Work, now = Date.now()): number {
  const recent = outcomes.filter(({ at }) => now - at < WINDOW_MS);
  const failed = recent.filter(({ error }) => error !== undefined).length;
  return recent.length === 0 ? 0 : failed / recent.length;
}

/** The error of the last turn that failed in that time; empty: none did. */
export function lastErrorOf({ outcomes }: Work, now = Date.now()): string {
  return outcomes.findLast(({ at, error }) => error !== undefined && now - at < WINDOW_MS)?.error ?? '';
}
