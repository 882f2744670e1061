import type { IdentitySettings } from './read-identity.js';
import type { Scopes } from './scopes.js';

/** A bearer token and the owner that it identifies. Tasks belong to the owner, not to the token. */
export interface AccessToken {
  readonly owner: string;
  readonly token: string;
  /** What its bearer may do. If the setting names no scopes: everything, but `admin` only if there is one owner. */
  readonly scopes: Scopes;
}

/** The module that exports the adapter. */
export interface AdapterModuleSetting {
  /** A package name, a relative path or a file URL, resolved from the directory of `config.yaml`. */
  readonly specifier: string;
  /** Where the specifier was found. */
  readonly source: 'ADAPTER_MODULE' | 'package.json';
  /** The directory from which it is resolved. */
  readonly from: string;
}

/** Limits for the files of a message. `maxBodyBytes` bounds them all together. */
export interface FileLimits {
  readonly mostFiles: number;
  /** Of one file. */
  readonly mostBytes: number;
}

/** How many turns may run and wait in one process. */
export interface QueueLimits {
  readonly running: number;
  /** In all contexts. */
  readonly waiting: number;
  readonly runningOfOwner: number;
  readonly waitingOfOwner: number;
  /** Besides the turn that runs. */
  readonly waitingInContext: number;
}

/** How a failed turn is retried. */
export interface RetrySettings {
  /** The largest number of attempts, including the first. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled before each further one. */
  readonly initialMs: number;
  /** The longest wait in milliseconds if the provider sends no `Retry-After`. */
  readonly maxMs: number;
  /** The longest wait in milliseconds that a provider may request. */
  readonly longestRetryAfterMs: number;
}

/** The address of Temporal, and whether it is required. */
export interface TemporalSettings {
  /** `host:port`. */
  readonly host: string;
  /** True if the environment sets the host; false if `host` is the default. */
  readonly explicit: boolean;
  readonly namespace: string;
  /** `auto`: used if it is reachable. `off`: never used. `required`: starting without it is an error. */
  readonly enabled: 'auto' | 'off' | 'required';
  /** The build of Temporal's worker versioning; `undefined`: no versioning. */
  readonly buildId?: string | undefined;
  /** The address of Temporal's web page, for links to histories; `undefined`: that of the development server, if there is one. */
  readonly uiUrl?: string | undefined;
  /** The `temporal` program that `--dev` starts; `undefined`: found on the PATH or downloaded. */
  readonly cliPath?: string | undefined;
}

/** How a connection to a database is encrypted, and what is verified; the meanings are those of libpq. */
export type TlsMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** The PostgreSQL database of the task store. */
export interface DatabaseSettings {
  /** A host name or an address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  readonly tls: {
    readonly mode: TlsMode;
    /** A file, or `system`: the certificates that Node trusts. */
    readonly rootCert?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  };
  /** The most connections of this process. */
  readonly pool: number;
  /** The name under which the server lists the connections. */
  readonly application: string;
  /** False: other processes are not notified of changes. */
  readonly notify: boolean;
}

/** The gRPC server beside the HTTP server. Both are encrypted, or neither is. */
export interface GrpcSettings {
  /** 0: any free port. */
  readonly port: number;
  /** `host:port` under which clients reach it; undefined: the host of the HTTP server's URL, with the port. */
  readonly publicAddress?: string | undefined;
}

/** The ages at which something is deleted, in milliseconds; infinity: never. */
export interface RetentionSettings {
  /** Of ended tasks, since their end. */
  readonly tasksMs: number;
  /** Of conversations, since their last activity. */
  readonly conversationsMs: number;
  /** Of the files of ended tasks, since their end. */
  readonly filesMs: number;
  /** Of the events of ended tasks, since their end. */
  readonly eventsMs: number;
}

/** The settings of the standard `OTEL_*` variables. */
export interface TraceSettings {
  /** True if traces are exported. If false, OpenTelemetry's SDK is not loaded. */
  readonly wanted: boolean;
  /** `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`. */
  readonly resource: Readonly<Record<string, string>>;
}

/** Who shares a working directory: the turns of a conversation, of an owner, or all turns. */
export type WorkDirMode = 'context' | 'owner' | 'shared';

/** The validated settings of a server: the environment, then `config.yaml`, then the defaults. */
export interface RuntimeSettings extends IdentitySettings {
  /** `undefined` if neither the environment nor `package.json` names an adapter; the loader reports it. */
  readonly adapterModule?: AdapterModuleSetting | undefined;
  readonly workspaceId: string;
  /** False if `workspaceId` was derived from the agent's name, which another workspace may share. */
  readonly workspaceIdGiven: boolean;
  /** The `config.yaml` in use, absolute. */
  readonly configPath: string;
  readonly platformUrl?: string | undefined;
  readonly parentId?: string | undefined;
  /** The organization on a hosted platform. */
  readonly platformOrganization?: string | undefined;
  /** With `poll`, the agent fetches its messages from the platform. Default `push`. */
  readonly platformDelivery?: 'push' | 'poll' | undefined;
  /** A token that the platform has issued before the first start. */
  readonly workspaceToken?: string | undefined;
  /** True if the platform reaches the agent under a secret address, because the server asks who calls, and a platform's proxy can send no token. */
  readonly platformEntry: boolean;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Undefined: no gRPC server. */
  readonly grpc?: GrpcSettings | undefined;
  /** Without a trailing slash. */
  readonly publicUrl?: string | undefined;
  /** An additional path prefix under which everything is served, without a trailing slash; empty if there is none. */
  readonly basePath: string;
  /** Host names that the operator allows; `*` allows every name. */
  readonly allowedHosts: readonly string[];
  /** Milliseconds after which an idle connection is closed. */
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  /** Absolute; need not exist yet. */
  readonly stateDir: string;
  /** The base of the working directories. Absolute; need not exist yet. */
  readonly workDir: string;
  readonly workDirMode: WorkDirMode;
  readonly taskStore: 'sqlite' | 'memory' | 'postgres';
  /** What stored tasks survive: a power cut, or the death of the process only. */
  readonly durability: 'machine' | 'process';
  readonly retention: RetentionSettings;
  /** Set if `taskStore` is `postgres`. */
  readonly database?: DatabaseSettings | undefined;
  readonly tokens: readonly AccessToken[];
  readonly allowAnonymous: boolean;
  readonly maxBodyBytes: number;
  readonly incomingFiles: FileLimits;
  /** A larger file of an answer is shown by URL. */
  readonly inlineFileBytes: number;
  /** A larger answer, without the files in it, is refused. */
  readonly maxResponseBytes: number;
  /** If empty, no CORS headers are sent. */
  readonly corsOrigins: readonly string[];
  /** Whether the console is served; undefined: for development only. */
  readonly console?: boolean | undefined;
  /** What push notifications may be sent to besides hosts of the public internet: host names, addresses, networks. */
  readonly pushAllow: readonly string[];
  /** The longest total time of a turn. */
  readonly turnTimeoutMs: number;
  /** The longest time without an event during a turn. */
  readonly turnIdleTimeoutMs: number;
  /** The longest time without a log line while the engine starts. */
  readonly engineStartTimeoutMs: number;
  readonly queueLimits: QueueLimits;
  readonly retry: RetrySettings;
  readonly shutdownGraceMs: number;
  /** `MOLECULE_MODEL`, else `model` of `config.yaml`; empty leaves the choice to the engine. */
  readonly model: string;
  readonly demoModel: {
    /** A model file to use instead of the download. */
    readonly path?: string | undefined;
  };
  readonly temporal: TemporalSettings;
  /** The first key encrypts, all of them decrypt. */
  readonly encryptionKeys: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `auto`: pretty on a terminal, JSON otherwise. */
  readonly logFormat: 'pretty' | 'json' | 'auto';
  readonly otel: TraceSettings;
  /** The address of a web page that shows a trace, with `{traceId}` in the place of its id; for links. */
  readonly traceUrl?: string | undefined;
  /** Values that must never be printed: tokens, keys, passwords. */
  readonly secrets: readonly string[];
  /** One sentence for each suspicious setting that is not an error; logged at boot. */
  readonly warnings: readonly string[];
}
