import { asks } from './checks/asks.js';
import { boots } from './checks/boots.js';
import { builds } from './checks/builds.js';
import { cancels } from './checks/cancels.js';
import { declares } from './checks/declares.js';
import { diagnoses } from './checks/diagnoses.js';
import { exportsLead } from './checks/exports.js';
import { fitsPlatform } from './checks/fits-platform.js';
import { hasCard } from './checks/has-card.js';
import { imports } from './checks/imports.js';
import { installs } from './checks/installs.js';
import { installsAgain } from './checks/installs-again.js';
import { keepsContract } from './checks/keeps-contract.js';
import { keepsSecrets } from './checks/keeps-secrets.js';
import { packs } from './checks/packs.js';
import { resumes } from './checks/resumes.js';
import { ships } from './checks/ships.js';
import { speaks } from './checks/speaks.js';
import { stops } from './checks/stops.js';
import { VerifyBench } from './verify-bench.js';
import type { Finding, VerifyCheck } from './verify-check.js';
import { VerifyError } from './verify-error.js';
import type { VerifyOptions } from './verify-options.js';
import { makeReport, type VerifyReport, type VerifyResult } from './verify-report.js';

const CHECKS: readonly VerifyCheck[] = [
  packs,
  declares,
  ships,
  fitsPlatform,
  imports,
  installs,
  builds,
  exportsLead,
  diagnoses,
  keepsContract,
  boots,
  hasCard,
  ...speaks,
  cancels,
  asks,
  resumes,
  stops,
  keepsSecrets,
  installsAgain,
];

/** Names of all checks, in their order. */
export const CHECK_NAMES: readonly string[] = CHECKS.map(({ name }) => name);

/**
 * Packs a template, installs it in an empty directory, runs it there, and checks what its users rely on. Faults of the template are in
 * the report. It throws if a check itself cannot run. If `signal` is aborted, it throws the signal's reason.
 *
 * @param also `platform`: also check the rules that a Molecule platform has for its templates
 */
export async function verifyTemplate(
  options: VerifyOptions,
  also: { readonly platform?: boolean } = {},
): Promise<VerifyReport> {
  await using bench = await VerifyBench.open(options);
  const results: VerifyResult[] = [];
  let stoppedBy: string | undefined;
  const checks = also.platform ? CHECKS : CHECKS.filter((check) => check !== fitsPlatform);
  for (const check of checks) {
    const result = await orAborted(resultOf(check, bench, stoppedBy), options.signal);
    if (check.gate && result.status === 'fail') stoppedBy ??= check.name;
    results.push(result);
    options.onResult?.(result);
  }
  return makeReport(bench.manifest, results);
}

async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function resultOf(check: VerifyCheck, bench: VerifyBench, stoppedBy: string | undefined): Promise<VerifyResult> {
  const { name } = check;
  const begun = Date.now();
  const timed = (finding: Omit<VerifyResult, 'name' | 'ms'>) => ({ name, ...finding, ms: Date.now() - begun });
  // The secrets check also searches the output of a run that a gate has stopped.
  if (stoppedBy !== undefined && check !== keepsSecrets)
    return timed({ status: 'skip', detail: `not run, because ${stoppedBy} failed` });
  if (bench.options.skip?.includes(name)) return timed({ status: 'skip', detail: 'left out by --skip' });
  try {
    const finding: Finding = await check.run(bench);
    return timed(finding);
  } catch (error) {
    if (error instanceof VerifyError) return timed({ status: 'fail', detail: error.message, remedy: error.remedy });
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return timed({
      status: 'fail',
      detail: message,
      remedy: 'unexpected error: look for its cause in the log of the agent',
    });
  }
}
