import { isAdapter } from '../contract/adapter.js';
import { AdapterLoadError, type AdapterLoadTarget } from '../errors/adapter-load-error.js';
import type { ModuleNamespace } from './import-module.js';
import type { ResolvedModule } from './resolve-module.js';

/**
 * The export `adapter`, otherwise the default export; the same in `module.exports` of a CommonJS module.
 *
 * @throws {AdapterLoadError} `ADAPTER_EXPORT_MISSING`
 */
export function selectExport(target: AdapterLoadTarget, resolved: ResolvedModule, namespace: ModuleNamespace): unknown {
  const named = namespace['adapter'];
  if (named !== undefined) return named;
  const fallback = namespace['default'];
  if (fallback === undefined || isEmptyCommonJs(namespace)) throw exportMissing(target, resolved, namespace);
  return isAdapter(fallback) ? fallback : (fromCommonJs(fallback) ?? fallback);
}

/** Node puts `module.exports` under `default`, and compilers put a default export into `module.exports.default`. */
function fromCommonJs(moduleExports: unknown): unknown {
  if (typeof moduleExports !== 'object' || moduleExports === null) return undefined;
  const { adapter, default: nested } = moduleExports as ModuleNamespace;
  return adapter ?? nested;
}

/** True for a CommonJS module that exports other values: its `module.exports` is then not meant as a default export. */
function isEmptyCommonJs(namespace: ModuleNamespace): boolean {
  const moduleExports = namespace['default'];
  if (!('module.exports' in namespace) || isAdapter(moduleExports)) return false;
  if (typeof moduleExports !== 'object' || moduleExports === null) return false;
  return Object.getPrototypeOf(moduleExports) === Object.prototype && fromCommonJs(moduleExports) === undefined;
}

function exportMissing(
  target: AdapterLoadTarget,
  resolved: ResolvedModule,
  namespace: ModuleNamespace,
): AdapterLoadError {
  const exported: ModuleNamespace = 'module.exports' in namespace ? Object(namespace['default']) : namespace;
  const names = Object.keys(exported);
  const adapterName = names.find((name) => isAdapter(exported[name]));
  return new AdapterLoadError('ADAPTER_EXPORT_MISSING', target, {
    summary: `The adapter module ${resolved.path} exports neither "adapter" nor a default.`,
    found: names.length === 0 ? 'no exports at all' : `the exports ${names.join(', ')}`,
    remedy:
      adapterName === undefined
        ? 'export const adapter = defineAdapter({ ... })'
        : `export { ${adapterName} as adapter }, for ${adapterName} is one`,
  });
}
