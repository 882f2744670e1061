import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../support/is-object.js';
import type { AdapterModuleSetting } from './runtime-settings.js';
import type { SettingsReader } from './settings-reader.js';
import { SETTINGS } from './settings-table.js';

/**
 * The adapter's module: `ADAPTER_MODULE`, else the entry point of the template's `package.json`.
 *
 * @param templateDir where the template is if nothing but `config.yaml` is beside `config.yaml`
 */
export function findAdapterModule(
  reader: SettingsReader,
  configDir: string,
  templateDir: string | undefined,
): AdapterModuleSetting | undefined {
  const specifier = reader.read(SETTINGS.adapterModule);
  // The platform's provisioner puts config.yaml into a directory of its own.
  const isBeside = existsSync(join(configDir, 'package.json'));
  const from = isBeside || templateDir === undefined ? configDir : templateDir;
  if (specifier !== undefined) return { specifier, source: 'ADAPTER_MODULE', from };
  const entryPoint = entryPointOf(readManifest(join(from, 'package.json'), reader));
  return entryPoint === undefined ? undefined : { specifier: entryPoint, source: 'package.json', from };
}

function readManifest(file: string, reader: SettingsReader): Record<string, unknown> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(manifest) ? manifest : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    reader.problems.push({
      code: 'unreadable',
      file,
      path: '',
      wanted: 'a readable package.json that names the adapter',
      found: error instanceof Error ? error.message : String(error),
      remedy: 'correct it, or set ADAPTER_MODULE',
    });
    return undefined;
  }
}

/** `exports["."]` as an import resolves it, else `main`, as a relative path. */
function entryPointOf(manifest: Record<string, unknown> | undefined): string | undefined {
  if (manifest === undefined) return undefined;
  const { exports, main } = manifest;
  const target = targetOf(isObject(exports) && '.' in exports ? exports['.'] : exports) ?? main;
  if (typeof target !== 'string' || target === '') return undefined;
  return target.startsWith('.') ? target : `./${target}`;
}

/** Resolves the conditions of an `import` in Node, in the manifest's order. */
function targetOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (!isObject(entry)) return undefined;
  for (const [condition, value] of Object.entries(entry)) {
    const target = ['node', 'import', 'module-sync', 'default'].includes(condition) ? targetOf(value) : undefined;
    if (target !== undefined) return target;
  }
  return undefined;
}
