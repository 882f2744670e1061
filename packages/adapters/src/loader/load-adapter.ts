import { isAbsolute } from 'node:path';
import type { Adapter } from '../contract/adapter.js';
import type { AdapterLoadTarget } from '../errors/adapter-load-error.js';
import { assertLoadableFile } from './assert-loadable-file.js';
import { checkAdapter, checkName } from './check-adapter.js';
import { importModule } from './import-module.js';
import { resolveModule } from './resolve-module.js';
import { selectExport } from './select-export.js';

/** Which adapter to load, and from where. */
export interface LoadAdapterOptions {
  /**
   * A package name (with or without a subpath), a path relative to `from`, an absolute path, or a `file:` URL. In a path, `#` and `%` are
   * ordinary characters. `undefined` or blank counts as not set.
   */
  readonly specifier: string | undefined;
  /** Absolute path of the template's directory. Packages are resolved from here, not from the directory of this package. */
  readonly from: string;
  /** `runtime` of the configuration, which must equal the adapter's name. Default: the name is not checked. */
  readonly runtime?: string | undefined;
  /** Name of the setting that holds the specifier, for messages. Default `ADAPTER_MODULE`. */
  readonly variable?: string;
}

/** An adapter, and the module that exports it. */
export interface LoadedAdapter {
  readonly adapter: Adapter;
  /** As it was given. */
  readonly specifier: string;
  /** URL of the module's file. */
  readonly url: string;
}

/**
 * Finds, imports and checks a template's adapter: the export `adapter` of its module, otherwise the default export. CommonJS modules are
 * supported. TypeScript files are refused even if this Node could strip their types, because another Node could not.
 *
 * @throws {AdapterLoadError} with one code for each step that can fail: `ADAPTER_LOAD_ERROR_CODES`
 * @throws {TypeError} if `from` is not an absolute path
 */
export async function loadAdapter(options: LoadAdapterOptions): Promise<LoadedAdapter> {
  const { specifier, from, runtime, variable = 'ADAPTER_MODULE' } = options;
  if (!isAbsolute(from))
    throw new TypeError(`loadAdapter: "from" must be an absolute path, not ${JSON.stringify(from)}`);
  const target: AdapterLoadTarget = { specifier, from, variable };
  const resolved = resolveModule(target);
  assertLoadableFile(target, resolved);
  const namespace = await importModule(target, resolved);
  const adapter = checkAdapter(target, resolved, selectExport(target, resolved, namespace));
  if (runtime !== undefined) checkName(target, adapter, runtime);
  return { adapter, specifier: resolved.specifier, url: resolved.url };
}
