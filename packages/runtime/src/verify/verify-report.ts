/** What one check found. */
export interface VerifyResult {
  readonly name: string;
  /** `skip`: it could not be looked at, and `detail` says why; that is no failure. */
  readonly status: 'ok' | 'warn' | 'fail' | 'skip';
  /** What was looked at, and what was found. */
  readonly detail: string;
  /** What to do; absent when all is well. */
  readonly remedy?: string;
  readonly ms: number;
}

/** What `molecule verify` found out about a template. */
export interface VerifyReport {
  /** True when no check failed. */
  readonly ok: boolean;
  /** Name and version of the package; empty when it could not even be packed. */
  readonly package: string;
  readonly version: string;
  readonly results: readonly VerifyResult[];
  /** Markdown for a read-me. */
  readonly badge: string;
}

/** Puts the results together. */
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
