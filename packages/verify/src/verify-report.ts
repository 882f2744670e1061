/** What one check found. */
export interface VerifyResult {
  readonly name: string;
  /** `skip`: the check did not run, for the reason in `detail`. The report is `ok` all the same. */
  readonly status: 'ok' | 'warn' | 'fail' | 'skip';
  /** What was checked, and what was found. */
  readonly detail: string;
  /** What to do; absent if there is nothing to do. */
  readonly remedy?: string;
  readonly ms: number;
}

/** The result of `molecule verify` for a template. */
export interface VerifyReport {
  /** True when no check failed. */
  readonly ok: boolean;
  /** Name and version of the package; empty if it could not be packed. */
  readonly package: string;
  readonly version: string;
  readonly results: readonly VerifyResult[];
  /** Markdown for a README. */
  readonly badge: string;
}

/** The report on all results. */
export function makeReport(
  { name, version }: { readonly name: string; readonly version: string },
  results: readonly VerifyResult[],
): VerifyReport {
  const failures = results.filter(({ status }) => status === 'fail').length;
  return { ok: failures === 0, package: name, version, results, badge: badgeFor(failures) };
}

function badgeFor(failures: number): string {
  const text = failures === 0 ? 'verified-brightgreen' : `${failures}%20failed-red`;
  const label = failures === 0 ? 'molecule: verified' : `molecule: ${failures} failed`;
  return `![${label}](https://img.shields.io/badge/molecule-${text})`;
}
