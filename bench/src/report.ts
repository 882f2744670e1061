/** One line of a benchmark's result. The ratio is the claim; the figures depend on this machine and this run. */
export interface Finding {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ratio: number;
  /** The target, in words. */
  readonly aim: string;
  readonly met: boolean;
}

export function print(title: string, findings: readonly Finding[]): void {
  console.log(`\n${title}`);
  // Several rows may have the same name.
  console.table(
    findings.map(({ what, ours, theirs, ratio, aim, met }) => ({
      what,
      ours,
      'compared with': theirs,
      ratio: ratio.toFixed(2),
      aim,
      met: met ? 'yes' : 'NO',
    })),
  );
}
