import type { JsonObject } from '@molecule/adapters';

/** A position in a file; both numbers count from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/** Path to a value: keys of maps and indexes of lists, from the top. */
export type ValuePath = readonly (string | number)[];

/** A skill as the agent card shows it. */
export interface WorkspaceSkill {
  readonly id: string;
  /** Default: the id. */
  readonly name: string;
  /** Default: empty. */
  readonly description: string;
  readonly tags: readonly string[];
  /** Example messages. */
  readonly examples: readonly string[];
  /** Media types that it takes. Default: those of the agent. */
  readonly inputModes?: readonly string[] | undefined;
  /** Media types that it answers with. Default: those of the agent. */
  readonly outputModes?: readonly string[] | undefined;
}

/** An extension of A2A, as the agent card declares it. */
export interface ExtensionConfig {
  readonly uri: string;
  readonly description: string;
  /** If true, a request that does not name it is refused. */
  readonly required: boolean;
  readonly params?: JsonObject | undefined;
}

/** How the A2A server presents itself. */
export interface A2AConfig {
  /** The port to listen on if `PORT` is not set. */
  readonly port?: number | undefined;
  /** Whether the card offers streaming. */
  readonly streaming: boolean;
  /** Whether the card offers push notifications. */
  readonly pushNotifications: boolean;
  /** Who offers the agent. */
  readonly provider?: { readonly organization: string; readonly url: string } | undefined;
  readonly documentationUrl?: string | undefined;
  readonly iconUrl?: string | undefined;
  /** Extensions that the engine supports. */
  readonly extensions: readonly ExtensionConfig[];
}

/** How tasks are delegated to peers. */
interface DelegationConfig {
  /** The largest number of attempts. */
  readonly retryAttempts: number;
  /** Seconds between two attempts. */
  readonly retryDelay: number;
  /** The timeout of one attempt, in seconds. */
  readonly timeout: number;
}

/** Ages such as `30d`, or `off`. */
interface RetentionConfig {
  readonly tasks?: string | undefined;
  readonly conversations?: string | undefined;
  readonly files?: string | undefined;
  readonly events: string;
}

/** `config.yaml` after validation, with every default filled in. */
export interface WorkspaceConfig {
  /** The absolute path of the file. */
  readonly configPath: string;
  /** The file's directory, from which relative paths in the file are resolved. */
  readonly configDir: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** The adapter's name. */
  readonly runtime: string;
  /** As `provider:name`; if empty, the engine chooses. */
  readonly model: string;
  /** Not validated yet; `validateRuntimeConfig` does that with the adapter's schema. */
  readonly runtimeConfig: JsonObject;
  readonly promptFiles: readonly string[];
  readonly skills: readonly WorkspaceSkill[];
  readonly tools: readonly string[];
  readonly a2a: A2AConfig;
  readonly delegation: DelegationConfig;
  /** Who shares a working directory. */
  readonly workDirMode: 'context' | 'owner' | 'shared';
  readonly retention: RetentionConfig;
  /** Whether the console is served; undefined: for development only. */
  readonly console?: boolean | undefined;
  readonly initialPrompt?: string | undefined;
  readonly idlePrompt?: string | undefined;
  readonly idleIntervalSeconds: number;
  readonly subWorkspaces: readonly JsonObject[];
  readonly sharedContext: readonly string[];
  /** Keys of the platform's schema, by their path, such as `tier`. The runtime keeps them and checks none. */
  readonly ofPlatform: Readonly<Record<string, unknown>>;
  /** The position of a value in the file, or of the nearest enclosing map or list. */
  readonly locate?: (path: ValuePath) => FilePosition | undefined;
}
