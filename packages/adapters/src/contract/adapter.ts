import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { AdapterContext } from './context.js';
import type { AgentEngine } from './engine.js';

/** The version of the contract that this package describes. The runtime refuses an adapter of another version. */
export const ADAPTER_SPEC_VERSION = 'molecule-adapter-v1';

/** Marks what `defineAdapter` made. A registered symbol, so that every copy of this package recognizes it. */
export const ADAPTER_BRAND: unique symbol = Symbol.for('@molecule/adapters.adapter');

/** What an engine needs to reach its model. Checked before `createEngine` is called. */
export interface CredentialRequirement {
  /** Environment variables, one of which must be set and not empty. An empty list: no key is needed. */
  readonly anyOf: readonly string[];
  /** True if the engine can use {@link AdapterContext.modelEndpoint} instead of a key, and so the offline demo model. */
  readonly demoModel: boolean;
}

/** What a template exports as `adapter`: it describes one agent engine and creates it. Made by {@link defineAdapter}. */
export interface Adapter<Config = unknown> {
  readonly specVersion: typeof ADAPTER_SPEC_VERSION;
  /** Must equal `runtime` in the template's `config.yaml`. Lower-case letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** For people, in messages and on the first screen. */
  readonly displayName: string;
  /** For people: one sentence about the engine. */
  readonly description: string;
  /**
   * Validates `runtime_config` of `config.yaml`, before `createEngine`. Any Standard Schema (zod, valibot, arktype, ...). Every issue
   * is reported to the operator. Default: `runtime_config` is passed on unchecked.
   */
  readonly configSchema?: StandardSchemaV1<unknown, Config>;
  /**
   * True if a turn that was interrupted may run again from its stored input without harm, also where Temporal does not run it.
   * Default false, because a turn may have had effects: a turn that was running when its process ended then fails with
   * `INTERRUPTED_BY_RESTART`.
   */
  readonly repeatableTurns?: boolean;
  /**
   * True if the engine loads {@link AdapterContext.skills} in its own way. The runtime then leaves them out of the system prompt.
   * Default false: the system prompt holds every skill with its instructions, so that any engine can use them.
   */
  readonly nativeSkills?: boolean;
  /**
   * What is needed to reach `model` (`provider:name`; it may be empty or unknown). Called at the start and by `molecule doctor`,
   * before `createEngine`; must not throw. Default: the engine needs no key.
   */
  credentials?(model: string, environment: Readonly<Record<string, string | undefined>>): CredentialRequirement;
  /**
   * Creates the engine. Called once for each start of a workspace. May take long if it logs its progress: the start is given up after
   * `MOLECULE_ENGINE_START_TIMEOUT` without a log line.
   *
   * @throws {Error} if the engine cannot run; the message is for the operator and says what to do
   */
  createEngine(context: AdapterContext<Config>): Promise<AgentEngine> | AgentEngine;
}

/** An adapter without its version and brand. */
export type AdapterDefinition<Config> = Omit<Adapter<Config>, 'specVersion'>;

/**
 * Types an adapter, adds its version and brand, and freezes it. Nothing is started.
 *
 * ```ts
 * export const adapter = defineAdapter({ name: 'echo', displayName: 'Echo', description: '...', createEngine });
 * ```
 */
export function defineAdapter<Config = unknown>(definition: AdapterDefinition<Config>): Adapter<Config> {
  return Object.freeze({ ...definition, specVersion: ADAPTER_SPEC_VERSION, [ADAPTER_BRAND]: true as const });
}

/** True for what `defineAdapter` made, in any copy of this package. */
export function isAdapter(value: unknown): value is Adapter {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[ADAPTER_BRAND] === true;
}
