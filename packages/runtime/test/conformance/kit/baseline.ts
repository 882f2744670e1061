import type { Outcome, Result } from './run-suite.ts';

/** A test that is expected not to pass. */
export interface Expected {
  readonly suite: string;
  /** Absent: every binding in which the test is found. */
  readonly binding?: string;
  /** Its id without the directories; `*` stands for any text. */
  readonly test: string;
  readonly outcome: Exclude<Outcome, 'passed'>;
  /** Whose the failure is; of a skipped test, what the test needs. */
  readonly whose: string;
  readonly why: string;
}

/** What became of a test on all servers together. */
export interface Found extends Result {
  readonly suite: string;
  /** The server that it was found on. */
  readonly server?: string;
  /** True: it counts only if every other server skips the test. */
  readonly fills?: boolean;
  readonly test: string;
}

/** The results of one test on several servers as one: a failure counts, then a success; last what fills the rest. */
export function together(all: readonly Found[]): readonly Found[] {
  const first = worstOf(all.filter(({ fills }) => fills !== true));
  const decided = new Set(first.filter(({ outcome }) => outcome !== 'skipped').map(keyOf));
  return worstOf([...first, ...all.filter((one) => one.fills === true && !decided.has(keyOf(one)))]);
}

function worstOf(all: readonly Found[]): readonly Found[] {
  const rank: readonly Outcome[] = ['failed', 'passed', 'xfailed', 'skipped'];
  const found = new Map<string, Found>();
  for (const one of all) {
    const key = keyOf(one);
    const known = found.get(key);
    if (!known || rank.indexOf(one.outcome) < rank.indexOf(known.outcome)) found.set(key, one);
  }
  return [...found.values()].sort((a, b) => `${a.suite} ${a.test}`.localeCompare(`${b.suite} ${b.test}`));
}

function keyOf({ suite, binding, test }: Found): string {
  return [suite, binding, test].join(' ');
}

/** One sentence for each difference, in both directions: what should pass and does not, and what passes and should not. */
export function differences(found: readonly Found[], baseline: readonly Expected[]): readonly string[] {
  const used = new Set<Expected>();
  const wrong = found.flatMap((one) => {
    const expected = expectedOf(one, baseline);
    if (expected) used.add(expected);
    if ((expected?.outcome ?? 'passed') === one.outcome) return [];
    const place = `${one.suite} ${one.binding === '' ? '' : `${one.binding} `}${one.test}`;
    if (one.outcome === 'passed')
      return [`${place} passes, and the baseline says "${expected?.outcome}": remove it there.`];
    return [`${place} is ${one.outcome}, and should be ${expected?.outcome ?? 'passed'}: ${one.reason.split('\n')[0]}`];
  });
  const stale = baseline
    .filter((entry) => !used.has(entry))
    .map(({ suite, test }) => `${suite} ${test} is in the baseline, and no such test was run.`);
  return [...wrong, ...stale];
}

export function expectedOf({ suite, binding, test }: Found, baseline: readonly Expected[]): Expected | undefined {
  return baseline.find(
    (entry) => entry.suite === suite && (entry.binding ?? binding) === binding && patternOf(entry.test).test(test),
  );
}

function patternOf(test: string): RegExp {
  const parts = test.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(^|/|::)${parts.join('.*')}$`);
}
