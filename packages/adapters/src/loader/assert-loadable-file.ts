import { type Stats, statSync } from 'node:fs';
import { AdapterLoadError, type AdapterLoadTarget } from '../errors/adapter-load-error.js';
import {
  builtFrom,
  entryFiles,
  hasBuildScript,
  isFile,
  nearestFile,
  relativeTo,
  siblings,
  sourceOf,
} from './candidates.js';
import { findInstalledPackage, packageNameOf } from './installed-package.js';
import type { ResolvedModule } from './resolve-module.js';
import { isPath, isUrl } from './specifier-kind.js';

/**
 * Checks that the module is a file of JavaScript.
 *
 * @throws {AdapterLoadError} `ADAPTER_MODULE_NOT_FOUND`, `ADAPTER_MODULE_IS_DIRECTORY` or `ADAPTER_MODULE_IS_TYPESCRIPT`
 */
export function assertLoadableFile(target: AdapterLoadTarget, resolved: ResolvedModule): void {
  const stats = look(target, resolved);
  if (stats === undefined) throw notFound(target, resolved);
  if (stats.isDirectory()) throw isDirectory(target, resolved);
  if (/\.[mc]?tsx?$/.test(resolved.path)) throw isTypeScript(target, resolved);
}

function look(target: AdapterLoadTarget, resolved: ResolvedModule): Stats | undefined {
  try {
    return statSync(resolved.path, { throwIfNoEntry: false });
  } catch (cause) {
    // For example a file in place of a directory, or a directory without permission.
    throw new AdapterLoadError('ADAPTER_MODULE_NOT_FOUND', target, {
      summary: `The adapter module ${resolved.path} cannot be reached: ${String(cause)}.`,
      remedy: 'correct the path, or the permissions of its directories',
      cause,
    });
  }
}

function notFound(target: AdapterLoadTarget, resolved: ResolvedModule): AdapterLoadError {
  if (!isPath(resolved.specifier) && !isUrl(resolved.specifier)) return packageNotBuilt(target, resolved);
  const summary = `The adapter module ${resolved.path} does not exist.`;
  const source = sourceOf(target.from, resolved.path);
  if (source !== undefined) {
    const remedy = hasBuildScript(target.from)
      ? 'run npm run build in that directory'
      : `build ${source} to JavaScript`;
    return new AdapterLoadError('ADAPTER_MODULE_NOT_FOUND', target, {
      summary,
      found: `its source ${source}, not built`,
      remedy,
    });
  }
  const near = nearestFile(target.from, resolved.path);
  if (near !== undefined) {
    return new AdapterLoadError('ADAPTER_MODULE_NOT_FOUND', target, {
      summary,
      found: near,
      remedy: `set ${target.variable} to ${near}`,
    });
  }
  const files = siblings(resolved.path);
  return new AdapterLoadError('ADAPTER_MODULE_NOT_FOUND', target, {
    summary,
    ...(files.length === 0 ? {} : { found: `in its directory: ${files.join(', ')}` }),
    remedy: hasBuildScript(target.from)
      ? `run npm run build in that directory, or correct ${target.variable}`
      : `correct ${target.variable}; a relative path starts at that directory`,
  });
}

function packageNotBuilt(target: AdapterLoadTarget, resolved: ResolvedModule): AdapterLoadError {
  const name = packageNameOf(resolved.specifier);
  const installed = findInstalledPackage(name, target.from);
  return new AdapterLoadError('ADAPTER_MODULE_NOT_FOUND', target, {
    summary: `The adapter's package ${name} is installed, but its file ${resolved.path} does not exist.`,
    ...(installed === undefined ? {} : { found: installed.directory }),
    remedy: 'build the package (npm run build), or install a release of it that holds its built files',
  });
}

function isDirectory(target: AdapterLoadTarget, resolved: ResolvedModule): AdapterLoadError {
  const entry = entryFiles(resolved.path).find(isFile);
  const near = entry === undefined ? undefined : relativeTo(target.from, entry);
  return new AdapterLoadError('ADAPTER_MODULE_IS_DIRECTORY', target, {
    summary: `The adapter module ${resolved.path} is a directory.`,
    ...(near === undefined ? {} : { found: near }),
    remedy: `set ${target.variable} to ${near ?? 'the file in it that exports the adapter'}`,
  });
}

function isTypeScript(target: AdapterLoadTarget, resolved: ResolvedModule): AdapterLoadError {
  const built = builtFrom(target.from, resolved.path);
  return new AdapterLoadError('ADAPTER_MODULE_IS_TYPESCRIPT', target, {
    summary: `The adapter module ${resolved.path} is TypeScript; only built JavaScript is loaded.`,
    ...(built === undefined ? {} : { found: built }),
    remedy:
      built === undefined
        ? `build it (npm run build), and set ${target.variable} to the result, such as ./dist/index.js`
        : `set ${target.variable} to ${built}`,
  });
}
