import { resolve } from 'node:path';
import { readCommandEnvironment } from '../../settings/environment/command-environment.js';
import { type CliHost, EXIT_CODES, type StopSignal } from '../host/cli-host.js';
import { createPaint } from '../host/paint.js';
import { UsageError } from '../host/usage-error.js';
import { importVerify, type PackageManager } from './find-verify.js';
import { renderEnd, renderResult } from './render-report.js';

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
  readonly platform: boolean;
}

const MANAGERS: readonly string[] = ['npm', 'pnpm'] satisfies readonly PackageManager[];

/** `molecule verify`: runs the checks of `@molecule/verify` on a template and prints their results. Exit code 1: a check failed. */
export async function runVerify({ directory, options }: VerifyCommand, host: CliHost): Promise<number> {
  const { json, registry, keep, platform } = options;
  const packageManager = managerOf(options.packageManager);
  const turnTimeoutMs = timeoutOf(options.timeout);
  const template = resolve(host.workingDirectory, directory ?? '.');
  const { CHECK_NAMES, verifyTemplate } = await importVerify(template, host.workingDirectory);
  const skip = skippedOf(options.skip, CHECK_NAMES);
  const paint = createPaint(readCommandEnvironment(host.environment).color && host.stdout.isTTY === true);
  const stop = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const stopListening = host.process.onStopSignal((signal) => {
    stoppedBy = signal;
    stop.abort();
  });
  try {
    const report = await verifyTemplate(
      {
        directory: template,
        environment: host.environment,
        node: process.execPath,
        sandbox: {
          keep,
          ...(registry !== undefined && { registry }),
          ...(packageManager !== undefined && { packageManager }),
        },
        skip,
        signal: stop.signal,
        ...(turnTimeoutMs !== undefined && { turnTimeoutMs }),
        onResult: (result) => {
          if (!json) host.stdout.write(renderResult(result, paint));
        },
      },
      { platform },
    );
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

function skippedOf(text: string | undefined, known: readonly string[]): readonly string[] {
  const names = text === undefined ? [] : text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`--skip knows no check "${unknown}". There are: ${known.join(', ')}.`);
}
