import { AdapterLoadError, type AdapterLoadTarget } from '../errors/adapter-load-error.js';
import { describeThrown } from './describe-value.js';
import type { ResolvedModule } from './resolve-module.js';

export type ModuleNamespace = Readonly<Record<string, unknown>>;

/** Node's codes for an `import` or `require` that cannot be resolved. */
const NOT_FOUND_CODES: readonly unknown[] = [
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'ERR_UNSUPPORTED_DIR_IMPORT',
];

/**
 * Imports an existing module.
 *
 * @throws {AdapterLoadError} `ADAPTER_DEPENDENCY_NOT_FOUND` or `ADAPTER_MODULE_FAILED`
 */
export async function importModule(target: AdapterLoadTarget, resolved: ResolvedModule): Promise<ModuleNamespace> {
  try {
    return await import(/* @vite-ignore */ resolved.url);
  } catch (cause) {
    if (isMissingDependency(cause)) throw dependencyNotFound(target, resolved, cause);
    throw failed(target, resolved, cause);
  }
}

function isMissingDependency(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && NOT_FOUND_CODES.includes(cause.code);
}

function dependencyNotFound(target: AdapterLoadTarget, resolved: ResolvedModule, cause: Error): AdapterLoadError {
  const dependency = /Cannot find (?:package|module) '([^']+)'/.exec(cause.message)?.[1];
  const isFile = dependency !== undefined && /^(\.|\/|[a-z]:\\)/i.test(dependency);
  const what = dependency === undefined ? 'something that it imports' : `"${dependency}", which it imports,`;
  return new AdapterLoadError('ADAPTER_DEPENDENCY_NOT_FOUND', target, {
    summary: `The adapter module ${resolved.path} was found, but ${what} was not.`,
    found: oneLine(cause.message),
    remedy:
      dependency === undefined || isFile
        ? 'build the module again, or correct the import in the file named above'
        : `add ${dependency} to the dependencies of the package that imports it, and install`,
    cause,
  });
}

function failed(target: AdapterLoadTarget, resolved: ResolvedModule, cause: unknown): AdapterLoadError {
  const isSyntaxError = cause instanceof SyntaxError;
  return new AdapterLoadError('ADAPTER_MODULE_FAILED', target, {
    summary: `The adapter module ${resolved.path} was found, but loading it threw.`,
    found: oneLine(describeThrown(cause)),
    remedy: isSyntaxError
      ? `correct it; node --check ${JSON.stringify(resolved.path)} shows the line, if it is in this file`
      : 'correct the code that the module runs while it is loaded; the cause of this error has the stack',
    cause,
  });
}

function oneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}
