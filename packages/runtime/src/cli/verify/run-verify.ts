import { resolve } from 'node:path';
import { readCommandEnvironment } from '../../environment/command-environment.js';
import { createPaint, type Paint } from '../../first-screen/paint.js';
import type { PackageManager } from '../../verify/verify-options.js';
import type { VerifyReport, VerifyResult } from '../../verify/verify-report.js';
import { CHECK_NAMES, verifyTemplate } from '../../verify/verify-template.js';
import { type CliHost, EXIT_CODES, type StopSignal } from '../cli-host.js';
import { UsageError } from '../usage-error.js';

export interface VerifyCommand {
  readonly directory: string | undefined;
  readonly options: VerifyCommandOptions;
}

export interface VerifyCommandOptions {
  readonly json: boolean;
  readonly registry: string | undefined;
  readonly packageManager: string | undefined;
  /** Seconds. */
  readonly timeout: string | undefined;
  /** Names with commas. */
  readonly skip: string | undefined;
  readonly keep: boolean;
}

const MANAGERS: readonly string[] = ['npm', 'pnpm'] satisfies readonly PackageManager[];

/** `molecule verify`: does with a template what its users do, and says what fails. Exit code 1: a check failed. */
export async function runVerify({ directory, options }: VerifyCommand, host: CliHost): Promise<number> {
  const { json, registry, keep } = options;
  const packageManager = managerOf(options.packageManager);
  const turnTimeoutMs = timeoutOf(options.timeout);
  const paint = createPaint(readCommandEnvironment(host.environment).color && host.stdout.isTTY === true);
  const stop = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const stopListening = host.onStopSignal((signal) => {
    stoppedBy = signal;
    stop.abort();
  });
  try {
    const report = await verifyTemplate({
      directory: resolve(host.workingDirectory, directory ?? '.'),
      environment: host.environment,
      node: process.execPath,
      keep,
      skip: skippedOf(options.skip),
      signal: stop.signal,
      ...(registry !== undefined && { registry }),
      ...(packageManager !== undefined && { packageManager }),
      ...(turnTimeoutMs !== undefined && { turnTimeoutMs }),
      onResult: (result) => {
        if (!json) host.stdout.write(renderResult(result, paint));
      },
    });
    host.stdout.write(json ? `${JSON.stringify(report)}\n` : renderEnd(report, paint));
    return report.ok ? EXIT_CODES.ok : EXIT_CODES.failed;
  } catch (error) {
    if (stoppedBy === undefined) throw error;
    return EXIT_CODES.interrupted[stoppedBy];
  } finally {
    stopListening();
  }
}

function managerOf(name: string | undefined): PackageManager | undefined {
  if (name === undefined || MANAGERS.includes(name)) return name as PackageManager | undefined;
  throw new UsageError(`--package-manager wants npm or pnpm, found "${name}".`);
}

function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 1) return seconds * 1000;
  throw new UsageError(`--timeout wants a number of seconds from 1 on, found "${text}".`);
}

function skippedOf(text: string | undefined): readonly string[] {
  const names = text === undefined ? [] : text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !CHECK_NAMES.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`--skip knows no check "${unknown}". There are: ${CHECK_NAMES.join(', ')}.`);
}

function renderResult({ name, status, detail, remedy, ms }: VerifyResult, paint: Paint): string {
  const paints = { ok: paint.good, warn: paint.warning, skip: paint.dim, fail: paint.bad };
  const time = ms < 100 ? '' : ` (${(ms / 1000).toFixed(1)} s)`;
  const line = `${paints[status](status.padEnd(5))} ${name.padEnd(15)} ${indent(detail)}${time}\n`;
  return remedy === undefined ? line : `${line}${' '.repeat(22)}-> ${indent(remedy)}\n`;
}

function renderEnd({ ok, package: name, version, results, badge }: VerifyReport, paint: Paint): string {
  const failures = results.filter(({ status }) => status === 'fail').length;
  const what = `${name} ${version}`.trim();
  if (!ok) return `\n${paint.bad(`${what}: ${failures} failed`)}\n`;
  return `\n${paint.good(`${what} is verified`)}\nbadge: ${badge}\n`;
}

function indent(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(22)}`);
}
