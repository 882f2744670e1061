/** The number of last turns that the error rate covers, so that it falls after the agent has recovered. */
export const OUTCOMES = 20;

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
  /** Of the last turns, oldest first. */
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

/** The share of turns that failed, 0 to 1. */
export function errorRateOf({ outcomes }: Work): number {
  const failed = outcomes.filter(({ error }) => error !== undefined).length;
  return outcomes.length === 0 ? 0 : failed / outcomes.length;
}

/** The error of the last turn that failed; empty: none did. */
export function lastErrorOf({ outcomes }: Work): string {
  return outcomes.findLast(({ error }) => error !== undefined)?.error ?? '';
}
