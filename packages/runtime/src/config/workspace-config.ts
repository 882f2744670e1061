import type { JsonObject } from '@molecule/adapters';

/** A place in a file; both count from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/** Path to a value: keys of maps and indexes of lists, from the top. */
export type ValuePath = readonly (string | number)[];

/** What the agent says of one of its abilities on the agent card. */
export interface WorkspaceSkill {
  readonly id: string;
  /** Default: the id. */
  readonly name: string;
  /** Default: empty. */
  readonly description: string;
  readonly tags: readonly string[];
  /** Messages that somebody could send. */
  readonly examples: readonly string[];
}

/** How the A2A server presents itself. */
interface A2AConfig {
  /** Where to listen when `PORT` is not set. */
  readonly port?: number | undefined;
  /** Whether the card offers streaming. */
  readonly streaming: boolean;
  /** Whether the card offers push notifications. */
  readonly pushNotifications: boolean;
}

/** How work is handed to peers. */
interface DelegationConfig {
  /** How often a peer is asked at most. */
  readonly retryAttempts: number;
  /** Seconds between two of them. */
  readonly retryDelay: number;
  /** Seconds that one of them may take. */
  readonly timeout: number;
}

/** `config.yaml` after validation, with every default filled in. */
export interface WorkspaceConfig {
  /** The file itself, absolute. */
  readonly configPath: string;
  /** Its directory; relative paths in the file are meant from here. */
  readonly configDir: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** The adapter's name. */
  readonly runtime: string;
  /** In the notation `provider:name`; empty leaves the choice to the engine. */
  readonly model: string;
  /** Not validated yet: the adapter's own schema does that, see `validateRuntimeConfig`. */
  readonly runtimeConfig: JsonObject;
  readonly promptFiles: readonly string[];
  readonly skills: readonly WorkspaceSkill[];
  readonly tools: readonly string[];
  readonly a2a: A2AConfig;
  readonly delegation: DelegationConfig;
  readonly initialPrompt?: string | undefined;
  readonly idlePrompt?: string | undefined;
  readonly idleIntervalSeconds: number;
  readonly subWorkspaces: readonly JsonObject[];
  readonly sharedContext: readonly string[];
  /** Keys that the file sets and that do nothing so far. */
  readonly notUsedYet?: readonly string[];
  /** Finds the place of a value in the file, or of the nearest map or list around it. */
  readonly locate?: (path: ValuePath) => FilePosition | undefined;
}
