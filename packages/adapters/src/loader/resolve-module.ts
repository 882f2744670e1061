import { resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve as resolveSpecifier } from 'import-meta-resolve';
import { AdapterLoadError, type AdapterLoadTarget } from '../errors/adapter-load-error.js';
import { existingFile } from './candidates.js';
import { exportedPaths, findInstalledPackage, packageNameOf } from './installed-package.js';
import { isPath, isUrl } from './specifier-kind.js';

/** The file to which a specifier resolves; it may not exist. */
export interface ResolvedModule {
  readonly specifier: string;
  readonly url: string;
  readonly path: string;
}

/**
 * Resolves the specifier to a file, from the template's directory.
 *
 * @throws {AdapterLoadError} `ADAPTER_MODULE_NOT_SET`, `ADAPTER_MODULE_INVALID`, `ADAPTER_MODULE_NOT_FOUND` or
 *   `ADAPTER_MODULE_NOT_EXPORTED`
 */
export function resolveModule(target: AdapterLoadTarget): ResolvedModule {
  const { specifier } = target;
  if (specifier === undefined || specifier.trim() === '') throw notSet(target);
  if (isPath(specifier)) {
    const path = resolvePath(target.from, specifier);
    return { specifier, url: pathToFileURL(path).href, path };
  }
  const url = isUrl(specifier) ? specifier : resolvePackage(target, specifier);
  return { specifier, url, path: toFilePath(target, url) };
}

function resolvePackage(target: AdapterLoadTarget, specifier: string): string {
  try {
    // Only the directory of the parent counts; the file need not exist.
    return resolveSpecifier(specifier, pathToFileURL(resolvePath(target.from, 'package.json')).href);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ERR_MODULE_NOT_FOUND') throw packageNotFound(target, specifier, cause);
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw notExported(target, specifier, cause);
    throw invalid(target, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function toFilePath(target: AdapterLoadTarget, url: string): string {
  if (!url.startsWith('file:')) throw invalid(target, `it leads to ${url}, which is no file`);
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw invalid(target, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function notSet(target: AdapterLoadTarget): AdapterLoadError {
  const built = existingFile(target.from, ['./dist/index.js', './dist/adapter.js', './adapter.js']);
  const example = built ?? './dist/index.js';
  return new AdapterLoadError('ADAPTER_MODULE_NOT_SET', target, {
    summary: 'No adapter module is named.',
    ...(built === undefined ? {} : { found: built }),
    remedy: `name the module that exports the adapter in "exports" of package.json (a path such as ${example}), or set ${target.variable} to a path or a package name`,
  });
}

function invalid(target: AdapterLoadTarget, reason: string, cause?: unknown): AdapterLoadError {
  return new AdapterLoadError('ADAPTER_MODULE_INVALID', target, {
    summary: `The adapter module's name cannot be used: ${reason}.`,
    remedy: `set ${target.variable} to a package name, a path that begins with ./ or /, or a file: URL`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function packageNotFound(target: AdapterLoadTarget, specifier: string, cause: unknown): AdapterLoadError {
  const name = packageNameOf(specifier);
  const installed = findInstalledPackage(name, target.from);
  if (installed !== undefined) {
    return new AdapterLoadError('ADAPTER_MODULE_NOT_FOUND', target, {
      summary: `The adapter's package ${name} is installed, but it has no entry file.`,
      found: `${installed.directory} (main: ${JSON.stringify(installed.manifest['main'] ?? 'index.js')}, not there)`,
      remedy: `build the package (npm run build), or install a release of it that holds its built files`,
      cause,
    });
  }
  const path = existingFile(target.from, [`./${specifier}`, `./${specifier}.js`]);
  return new AdapterLoadError('ADAPTER_MODULE_NOT_FOUND', target, {
    summary: `The adapter's package ${name} is not installed for this directory.`,
    ...(path === undefined ? {} : { found: `a file ${path}; without the ./ it is read as a package's name` }),
    remedy: path === undefined ? `run npm install ${name} in that directory` : `set ${target.variable} to ${path}`,
    cause,
  });
}

function notExported(target: AdapterLoadTarget, specifier: string, cause: unknown): AdapterLoadError {
  const installed = findInstalledPackage(packageNameOf(specifier), target.from);
  const name = packageNameOf(specifier);
  return new AdapterLoadError('ADAPTER_MODULE_NOT_EXPORTED', target, {
    summary: `The adapter's package ${name} is installed, but does not export "${specifier}".`,
    ...(installed === undefined ? {} : { found: `it exports ${exportedPaths(installed).join(', ') || 'nothing'}` }),
    remedy: `name one of the paths that the package exports, or add this one to "exports" in its package.json`,
    cause,
  });
}
