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
   * A package name (with or without a subpath), a path relative to `from`, an absolute path, or a `file:` URL. Paths are
   * file paths and not URLs: `#` and `%` in them stand for themselves. `undefined` or blank: not set.
   */
  readonly specifier: string | undefined;
  /** The template's directory, absolute. Packages are looked for from here, never from where this package lies. */
  readonly from: string;
  /** `runtime` of the configuration; the adapter's name must equal it. Left out: any name will do. */
  readonly runtime?: string | undefined;
  /** Name of the setting that the specifier came from, for messages. Default `ADAPTER_MODULE`. */
  readonly variable?: string;
}

/** An adapter, and where it came from. */
export interface LoadedAdapter {
  readonly adapter: Adapter;
  readonly specifier: string;
  /** URL of the module file. */
  readonly url: string;
}

/**
 * Finds, imports and checks a template's adapter: the export `adapter` of its module, or else the default export.
 * CommonJS modules load, too. TypeScript files do not, even where Node could strip their types: such a file would load
 * on one machine and fail on the next, and its imports of built files would not resolve.
 *
 * @throws AdapterLoadError with one code for each step that can fail, see `ADAPTER_LOAD_ERROR_CODES`.
 * @throws TypeError when `from` is not an absolute path.
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
