import { asks } from './checks/asks.js';
import { boots } from './checks/boots.js';
import { builds } from './checks/builds.js';
import { cancels } from './checks/cancels.js';
import { declares } from './checks/declares.js';
import { diagnoses } from './checks/diagnoses.js';
import { exportsLead } from './checks/exports.js';
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
import { VerifyFailure } from './verify-failure.js';
import type { VerifyOptions } from './verify-options.js';
import { makeReport, type VerifyReport, type VerifyResult } from './verify-report.js';

const CHECKS: readonly VerifyCheck[] = [
  packs,
  declares,
  ships,
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
 * Packs a template, installs it in an empty directory, runs it there, and looks at everything that its users rely on.
 * What is wrong with the template is in the report; it throws only when it cannot work itself, and when `signal` is
 * aborted: then the signal's reason.
 */
export async function verifyTemplate(options: VerifyOptions): Promise<VerifyReport> {
  await using bench = await VerifyBench.open(options);
  const results: VerifyResult[] = [];
  let stoppedBy: string | undefined;
  for (const check of CHECKS) {
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
  // What was printed until then is looked at all the same.
  if (stoppedBy !== undefined && check !== keepsSecrets)
    return timed({ status: 'skip', detail: `not without ${stoppedBy}` });
  if (bench.options.skip?.includes(name)) return timed({ status: 'skip', detail: 'left out, as asked' });
  try {
    const finding: Finding = await check.run(bench);
    return timed(finding);
  } catch (error) {
    if (error instanceof VerifyFailure) return timed({ status: 'fail', detail: error.message, remedy: error.remedy });
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return timed({ status: 'fail', detail: message, remedy: 'this was not expected: see what the agent logged' });
  }
}
