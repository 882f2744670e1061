import { ADAPTER_SPEC_VERSION, type Adapter, isAdapter } from '../contract/adapter.js';
import { AdapterLoadError, type AdapterLoadTarget } from '../errors/adapter-load-error.js';
import { describeValue } from './describe-value.js';
import type { ResolvedModule } from './resolve-module.js';

/**
 * Checks that a value is an adapter of this version of the contract.
 *
 * @throws {AdapterLoadError} `ADAPTER_NOT_AN_ADAPTER` or `ADAPTER_SPEC_UNSUPPORTED`
 */
export function checkAdapter(target: AdapterLoadTarget, resolved: ResolvedModule, value: unknown): Adapter {
  const version = specVersionOf(value);
  if (version !== undefined && version !== ADAPTER_SPEC_VERSION) throw specUnsupported(target, resolved, version);
  if (!isAdapter(value)) throw notAnAdapter(target, resolved, describeValue(value));
  if (version === undefined) throw specUnsupported(target, resolved, '(none)');
  if (typeof value.name !== 'string' || value.name === '') {
    throw notAnAdapter(target, resolved, 'an adapter without a name');
  }
  if (typeof value.createEngine !== 'function') {
    throw notAnAdapter(target, resolved, `the adapter ${value.name} without a createEngine function`);
  }
  return value;
}

/** @throws {AdapterLoadError} `ADAPTER_NAME_MISMATCH` unless the configuration names this adapter */
export function checkName(target: AdapterLoadTarget, adapter: Adapter, runtime: string): void {
  if (adapter.name === runtime) return;
  throw new AdapterLoadError('ADAPTER_NAME_MISMATCH', target, {
    summary: `The configuration names the runtime "${runtime}", but the adapter is named "${adapter.name}".`,
    found: `${adapter.displayName} ("${adapter.name}")`,
    remedy: `set runtime: ${adapter.name} in config.yaml, or ${target.variable} to the adapter named "${runtime}"`,
  });
}

/** The version of an adapter. Other objects can have a `specVersion` too, so only one of this contract counts. */
function specVersionOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('specVersion' in value)) return undefined;
  const { specVersion } = value;
  if (isAdapter(value)) return String(specVersion);
  return typeof specVersion === 'string' && specVersion.startsWith('molecule-adapter-') ? specVersion : undefined;
}

function specUnsupported(target: AdapterLoadTarget, resolved: ResolvedModule, version: string): AdapterLoadError {
  return new AdapterLoadError('ADAPTER_SPEC_UNSUPPORTED', target, {
    summary: `The adapter in ${resolved.path} follows another version of the adapter contract.`,
    found: `specVersion ${version}; this runtime knows ${ADAPTER_SPEC_VERSION}`,
    remedy: 'use releases of @molecule/adapters and @molecule/runtime that belong together',
  });
}

function notAnAdapter(target: AdapterLoadTarget, resolved: ResolvedModule, found: string): AdapterLoadError {
  return new AdapterLoadError('ADAPTER_NOT_AN_ADAPTER', target, {
    summary: `What ${resolved.path} exports is not an adapter.`,
    found,
    remedy: 'export const adapter = defineAdapter({ name, displayName, description, createEngine })',
  });
}
