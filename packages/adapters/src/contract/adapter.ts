import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { AdapterContext } from './context.js';
import type { AgentEngine } from './engine.js';

/** The version of the contract that this package describes. A runtime refuses an adapter that says another. */
export const ADAPTER_SPEC_VERSION = 'molecule-adapter-v1';

/** Marks what `defineAdapter` made. A registered symbol, so that two copies of this package know each other's. */
export const ADAPTER_BRAND: unique symbol = Symbol.for('@molecule/adapters.adapter');

/** What an adapter needs to reach its model. */
export interface CredentialRequirement {
  /** Environment variables; any one of them that is set and not empty will do. Empty: none is needed. */
  readonly anyOf: readonly string[];
  /** True when the engine can use {@link AdapterContext.modelEndpoint} instead, and so the offline demo model. */
  readonly demoModel: boolean;
}

/** What a template exports as `adapter`: it turns one agent engine into something that Molecule can run. */
export interface Adapter<Config = unknown> {
  readonly specVersion: typeof ADAPTER_SPEC_VERSION;
  /** Equals `runtime` in the template's `config.yaml`. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** Validates `runtime_config`. Any Standard Schema (zod, valibot, arktype, ...); each of its issues is reported. */
  readonly configSchema?: StandardSchemaV1<unknown, Config>;
  /**
   * True when a turn that was cut short may be run again from its stored input without harm, even without a durable
   * engine behind it. Default false: a turn that was running when the process died is then failed, not repeated.
   */
  readonly repeatableTurns?: boolean;
  /**
   * True when the engine takes {@link AdapterContext.skills} in its own way; the runtime then leaves them out of the system
   * prompt. Default false: the prompt tells of each skill, with its instructions.
   */
  readonly nativeSkills?: boolean;
  /** What is needed to reach `model` (in the notation `provider:name`). Left out: the engine needs no key. */
  credentials?(model: string, environment: Readonly<Record<string, string | undefined>>): CredentialRequirement;
  /** Makes the engine. Throws with a message fit for the operator when it cannot. Called once for a workspace. */
  createEngine(context: AdapterContext<Config>): Promise<AgentEngine> | AgentEngine;
}

/** What `defineAdapter` takes: an adapter without its version. */
export type AdapterDefinition<Config> = Omit<Adapter<Config>, 'specVersion'>;

/**
 * Types an adapter, and marks it with its version and brand; it does nothing else.
 *
 * ```ts
 * export const adapter = defineAdapter({ name: 'echo', displayName: 'Echo', description: '...', createEngine });
 * ```
 */
export function defineAdapter<Config = unknown>(definition: AdapterDefinition<Config>): Adapter<Config> {
  return Object.freeze({ ...definition, specVersion: ADAPTER_SPEC_VERSION, [ADAPTER_BRAND]: true as const });
}

/** True for what `defineAdapter` made, in this copy of the package or another. */
export function isAdapter(value: unknown): value is Adapter {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[ADAPTER_BRAND] === true;
}
