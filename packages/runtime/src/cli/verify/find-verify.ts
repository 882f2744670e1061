import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MoleculeError } from '@molecule/adapters';
import { resolve } from 'import-meta-resolve';
import type { Env } from '../../settings/environment/env.js';
import type { ErrorCode } from '../../support/error-codes.js';
import { isModuleNotFound } from '../../support/is-module-not-found.js';

/** A development dependency of a template, so that no production image carries it. */
const VERIFY_PACKAGE = '@molecule/verify';

/** The package with the checks of `molecule verify` is not installed. */
class VerifyNotInstalledError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.VerifyNotInstalledError';
  readonly code = 'VERIFY_NOT_INSTALLED' satisfies ErrorCode;
}

/** What `@molecule/verify` exports, as far as the command uses it. */
export interface VerifyModule {
  /** Names of all checks, in their order. */
  readonly CHECK_NAMES: readonly string[];
  verifyTemplate(
    options: {
      readonly directory: string;
      readonly environment: Env;
      readonly node: string;
      readonly sandbox?: {
        readonly packageManager?: PackageManager;
        readonly registry?: string;
        readonly keep?: boolean;
      };
      readonly turnTimeoutMs?: number;
      readonly skip?: readonly string[];
      readonly signal?: AbortSignal;
      readonly onResult?: (result: VerifyResult) => void;
    },
    also: { readonly platform: boolean },
  ): Promise<VerifyReport>;
}

export type PackageManager = 'npm' | 'pnpm';

/** The result of one check. */
export interface VerifyResult {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'skip';
  readonly detail: string;
  readonly remedy?: string;
  readonly ms: number;
}

/** The results of all checks of one template. */
export interface VerifyReport {
  readonly ok: boolean;
  readonly package: string;
  readonly version: string;
  readonly results: readonly VerifyResult[];
  readonly badge: string;
}

/**
 * Loads the checks from the template's own packages, or else from those of the working directory.
 *
 * @throws {VerifyNotInstalledError} `VERIFY_NOT_INSTALLED`
 */
export async function importVerify(directory: string, workingDirectory: string): Promise<VerifyModule> {
  for (const from of [directory, workingDirectory]) {
    const url = resolveFrom(from);
    if (url !== undefined) return (await import(url)) as VerifyModule;
  }
  throw new VerifyNotInstalledError(
    `\`molecule verify\` needs the package ${VERIFY_PACKAGE}, which is not installed in ${directory}.\n` +
      `Install it there: npm install -D ${VERIFY_PACKAGE}`,
  );
}

function resolveFrom(directory: string): string | undefined {
  try {
    return resolve(VERIFY_PACKAGE, pathToFileURL(join(directory, 'package.json')).href);
  } catch (error) {
    if (isModuleNotFound(error, VERIFY_PACKAGE)) return undefined;
    throw error;
  }
}
