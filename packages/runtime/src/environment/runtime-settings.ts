/** A bearer token, and the name of whom it stands for: tasks belong to the owner, not to the token. */
export interface AccessToken {
  readonly owner: string;
  readonly token: string;
}

/** Where the adapter comes from. */
export interface AdapterModuleSetting {
  /** A package name, a relative path or a file URL, resolved from the directory of `config.yaml`. */
  readonly specifier: string;
  /** Which setting named it. */
  readonly source: 'ADAPTER_MODULE' | 'package.json';
}

/** What a message may bring along; all its files together are bounded by `maxBodyBytes`. */
export interface FileLimits {
  readonly mostFiles: number;
  /** Of one file. */
  readonly mostBytes: number;
}

/** How a failed turn is tried again. */
export interface RetrySettings {
  /** How often a turn runs at most, the first time included. */
  readonly attempts: number;
  /** Milliseconds before the second; doubled for each further one. */
  readonly initialMs: number;
  /** Milliseconds that no wait exceeds for which the provider names no time. */
  readonly maxMs: number;
  /** Milliseconds that a provider may ask to wait. */
  readonly longestRetryAfterMs: number;
}

/** Where Temporal is, and how much it is wanted. */
export interface TemporalSettings {
  /** `host:port`. */
  readonly host: string;
  /** True when the environment named the host; false when `host` is the default. */
  readonly explicit: boolean;
  readonly namespace: string;
  /** `auto`: used when it is there. `off`: never. `required`: starting without it is an error. */
  readonly enabled: 'auto' | 'off' | 'required';
  /** The `temporal` program that `--dev` starts; `undefined`: found on the PATH or downloaded. */
  readonly cliPath?: string | undefined;
}

/** What the standard `OTEL_*` variables ask for. */
export interface TraceSettings {
  /** True when traces are to be exported. False: nothing of OpenTelemetry's SDK is loaded. */
  readonly wanted: boolean;
  /** `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`. */
  readonly resource: Readonly<Record<string, string>>;
}

/** All that the environment says, checked, with `config.yaml` and the defaults filled in. */
export interface RuntimeSettings {
  /** `undefined`: nothing names an adapter; the loader says so. */
  readonly adapterModule?: AdapterModuleSetting | undefined;
  readonly workspaceId: string;
  /** False: `workspaceId` is made from the agent's name, which another workspace may have, too. */
  readonly workspaceIdGiven: boolean;
  /** The `config.yaml` in use, absolute. */
  readonly configPath: string;
  readonly platformUrl?: string | undefined;
  readonly parentId?: string | undefined;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without a trailing slash. */
  readonly publicUrl?: string | undefined;
  /** A path below which everything is served as well, without a slash at its end; empty: none. */
  readonly basePath: string;
  /** Host names that the operator has named; `*` is any. */
  readonly allowedHosts: readonly string[];
  /** Milliseconds that a connection may be idle. */
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  /** Absolute; need not exist yet. */
  readonly stateDir: string;
  /** Absolute; need not exist yet. */
  readonly workDir: string;
  readonly taskStore: 'sqlite' | 'memory';
  readonly databaseUrl?: string | undefined;
  readonly tokens: readonly AccessToken[];
  readonly allowAnonymous: boolean;
  readonly maxBodyBytes: number;
  /** Of the files that a message brings along. */
  readonly incomingFiles: FileLimits;
  /** Empty: no CORS headers at all. */
  readonly corsOrigins: readonly string[];
  /** Of a turn in all. */
  readonly turnTimeoutMs: number;
  /** Of silence within a turn. */
  readonly turnIdleTimeoutMs: number;
  /** Of silence while the engine starts. */
  readonly engineStartTimeoutMs: number;
  /** Messages that may wait in one context. */
  readonly queueLimit: number;
  readonly retry: RetrySettings;
  readonly shutdownGraceMs: number;
  /** `MOLECULE_MODEL`, else `model` of `config.yaml`; empty leaves the choice to the engine. */
  readonly model: string;
  readonly demoModel: {
    /** A model file to use instead of the download. */
    readonly path?: string | undefined;
  };
  readonly temporal: TemporalSettings;
  /** The first one encrypts, all of them decrypt. */
  readonly encryptionKeys: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `auto`: pretty on a terminal, JSON otherwise. */
  readonly logFormat: 'pretty' | 'json' | 'auto';
  readonly otel: TraceSettings;
  /** Values that must never be printed: tokens, keys, passwords. */
  readonly secrets: readonly string[];
  /** What is odd but no error, one sentence each, to be logged at boot. */
  readonly warnings: readonly string[];
}
