import {
  byteSize,
  duration,
  flag,
  hostAndPort,
  httpUrl,
  list,
  oneOf,
  port,
  type SettingType,
  text,
  urlPath,
  wholeNumber,
} from './setting-types.js';

/** One environment variable. The documentation is generated from these. */
export interface Setting<Value = unknown> {
  readonly name: string;
  /** Another name for the same; `name` wins when both are set. */
  readonly alias?: string;
  readonly group: 'Workspace' | 'Server' | 'Access' | 'Storage' | 'Turns' | 'Model' | 'Temporal' | 'Platform' | 'Logs';
  readonly type: SettingType<Value>;
  /** The default, in words; with the reason where it is not plain. */
  readonly defaultText: string;
  readonly description: string;
  /** True: it is checked, and does nothing so far; whoever sets it is told so. */
  readonly notUsedYet?: boolean;
  /** True: its value is never shown. */
  readonly secret?: boolean;
}

function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition;
}

/** Every environment variable that the runtime reads. */
export const SETTINGS = {
  adapterModule: setting({
    name: 'ADAPTER_MODULE',
    group: 'Workspace',
    type: text,
    defaultText: 'the entry point in the `package.json` beside `config.yaml`, when there is one',
    description:
      'The module that exports `adapter`: a package name, a relative path or a file URL, resolved from the directory of `config.yaml`.',
  }),
  workspaceId: setting({
    name: 'WORKSPACE_ID',
    group: 'Workspace',
    type: text,
    defaultText: '`name` of `config.yaml`, in lower case with dashes',
    description: 'Identifies the workspace to the platform and to Temporal; two workspaces must not share it.',
  }),
  configPath: setting({
    name: 'WORKSPACE_CONFIG_PATH',
    group: 'Workspace',
    type: text,
    defaultText: 'the working directory',
    description: '`config.yaml` or its directory, for a command that names none.',
  }),
  stateDir: setting({
    name: 'MOLECULE_STATE_DIR',
    group: 'Storage',
    type: text,
    defaultText: '`.molecule` beside `config.yaml`',
    description: 'Where the task log and the engine keep what must survive. In a container, mount a volume here.',
  }),
  workDir: setting({
    name: 'MOLECULE_WORK_DIR',
    group: 'Storage',
    type: text,
    defaultText: '`work` in the state directory',
    description: 'The directory that the agent itself sees and may write to.',
  }),
  taskStore: setting({
    name: 'MOLECULE_TASK_STORE',
    group: 'Storage',
    type: oneOf('sqlite', 'memory'),
    defaultText: '`sqlite`',
    description: 'Where tasks are kept. `memory` forgets them all when the process ends.',
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    group: 'Storage',
    type: text,
    defaultText: 'none',
    description: 'A PostgreSQL database for the task log. Not supported yet: setting it is an error.',
    secret: true,
  }),
  host: setting({
    name: 'MOLECULE_HOST',
    group: 'Server',
    type: text,
    defaultText: '`127.0.0.1`, so that nobody else reaches an agent that has no tokens',
    description: 'The address to listen on. Any that is not loopback needs tokens, or `MOLECULE_ALLOW_ANONYMOUS=1`.',
  }),
  port: setting({
    name: 'PORT',
    group: 'Server',
    type: port,
    defaultText: '`a2a.port` of `config.yaml`, else 8000',
    description: 'The port to listen on; 0 is any free one.',
  }),
  publicUrl: setting({
    name: 'MOLECULE_PUBLIC_URL',
    group: 'Server',
    type: httpUrl,
    defaultText: 'the address that it listens on',
    description: 'How others reach this agent; it stands on the card. Needed behind a proxy.',
  }),
  basePath: setting({
    name: 'MOLECULE_BASE_PATH',
    group: 'Server',
    type: urlPath,
    defaultText: 'the path of `MOLECULE_PUBLIC_URL`, if it has one',
    description:
      'A path below which everything is served as well as without it, for a proxy that keeps the prefix it is reached by.',
  }),
  allowedHosts: setting({
    name: 'MOLECULE_ALLOWED_HOSTS',
    group: 'Server',
    type: list,
    defaultText: 'names of this machine, the address that it listens on and that of `MOLECULE_PUBLIC_URL`',
    description:
      'Further host names, with commas, by which an agent without tokens may be reached; `*` is any. On loopback a request for another name is refused, since a web page could have made a browser send it; when this is set, on every address.',
  }),
  keepAliveMs: setting({
    name: 'MOLECULE_KEEP_ALIVE',
    group: 'Server',
    type: duration,
    defaultText: '`75s`, above the 60 s of load balancers: who ends an idle connection first must not be the server',
    description: 'How long a connection may be idle before it is closed.',
  }),
  maxConnections: setting({
    name: 'MOLECULE_MAX_CONNECTIONS',
    group: 'Server',
    type: wholeNumber(1, 1_000_000),
    defaultText: 'as many as the file descriptors of the process leave room for, at most 10000',
    description:
      'Connections at once. When one more comes, the one that is idle for the longest time is closed; when none is idle, the new one is refused with 503.',
  }),
  maxBodyBytes: setting({
    name: 'MOLECULE_MAX_BODY',
    group: 'Server',
    type: byteSize,
    defaultText: '`10MiB`',
    description: 'The largest request body that is accepted, files included.',
  }),
  maxFiles: setting({
    name: 'MOLECULE_MAX_FILES',
    group: 'Server',
    type: wholeNumber(0, 10_000),
    defaultText: '`20`: more than that is an archive, which is one file',
    description: 'Files that one message may bring along; those that it names by url do not count.',
  }),
  maxFileBytes: setting({
    name: 'MOLECULE_MAX_FILE',
    group: 'Server',
    type: byteSize,
    defaultText: 'as much as a request may hold: `MOLECULE_MAX_BODY` bounds all files of a message together',
    description: 'The largest file that a message may bring along.',
  }),
  corsOrigins: setting({
    name: 'MOLECULE_CORS_ORIGINS',
    group: 'Server',
    type: list,
    defaultText: 'none: browsers on other origins are refused',
    description: 'Origins whose pages may call this agent, with commas; `*` is any.',
  }),
  shutdownGraceMs: setting({
    name: 'MOLECULE_SHUTDOWN_GRACE',
    group: 'Server',
    type: duration,
    defaultText: '`25s`, below the 30 s after which Kubernetes kills a container',
    description: 'How long running turns may go on after a signal to stop.',
  }),
  tokens: setting({
    name: 'MOLECULE_TOKENS',
    group: 'Access',
    type: list,
    defaultText: 'none: everybody who reaches the port is let in',
    description:
      'Bearer tokens as `owner:token`, with commas; at least 16 characters each. An owner may have several, and sees only its own tasks.',
    secret: true,
  }),
  tokensFile: setting({
    name: 'MOLECULE_TOKENS_FILE',
    group: 'Access',
    type: text,
    defaultText: 'none',
    description:
      'A file with one `owner:token` a line; lines that begin with # do not count. Adds to `MOLECULE_TOKENS`. A relative path is meant from the directory of `config.yaml`.',
  }),
  allowAnonymous: setting({
    name: 'MOLECULE_ALLOW_ANONYMOUS',
    group: 'Access',
    type: flag,
    defaultText: '`0`',
    description: 'Says that it is meant when there are no tokens and the address is not loopback.',
  }),
  clientToken: setting({
    name: 'MOLECULE_TOKEN',
    group: 'Access',
    type: text,
    defaultText: 'none',
    description: 'The token that `molecule send` shows to the agent it calls; the server does not read it.',
    secret: true,
  }),
  turnTimeoutMs: setting({
    name: 'MOLECULE_TURN_TIMEOUT',
    group: 'Turns',
    type: duration,
    defaultText: '`24h`',
    description:
      'How long one turn may take in all before it is ended with `TURN_TIMEOUT`. Waiting does not count: neither for the turns before it in its conversation, nor for a place that the engine has not got yet.',
  }),
  turnIdleTimeoutMs: setting({
    name: 'MOLECULE_TURN_IDLE_TIMEOUT',
    group: 'Turns',
    type: duration,
    defaultText: '`10m`',
    description:
      'How long the engine may be silent in a turn, without any event, before the turn is ended with `TURN_IDLE_TIMEOUT`.',
  }),
  engineStartTimeoutMs: setting({
    name: 'MOLECULE_ENGINE_START_TIMEOUT',
    group: 'Turns',
    type: duration,
    defaultText: '`2m`',
    description:
      'How long the engine may take to start without a line in the log. An engine that installs something first says how far it is, and may take longer.',
  }),
  queueLimit: setting({
    name: 'MOLECULE_QUEUE_LIMIT',
    group: 'Turns',
    type: wholeNumber(0, 100_000),
    defaultText: '`16`',
    description: 'Messages that may wait for their turn in one context; more are refused.',
  }),
  retryAttempts: setting({
    name: 'MOLECULE_RETRY_ATTEMPTS',
    group: 'Turns',
    type: wholeNumber(1, 100),
    defaultText: '`3`',
    description: 'How often a turn runs at most when it fails with an error that may pass, the first time included.',
  }),
  retryInitialMs: setting({
    name: 'MOLECULE_RETRY_INITIAL',
    group: 'Turns',
    type: duration,
    defaultText: '`500ms`',
    description: 'The wait before the second attempt; it doubles each time.',
  }),
  retryMaxMs: setting({
    name: 'MOLECULE_RETRY_MAX',
    group: 'Turns',
    type: duration,
    defaultText: '`10s`',
    description: 'The longest wait between two attempts when the provider names no time.',
  }),
  retryAfterMaxMs: setting({
    name: 'MOLECULE_RETRY_AFTER_MAX',
    group: 'Turns',
    type: duration,
    defaultText: '`1m`: the window of most rate limits',
    description:
      'The longest wait that a provider may ask for (`Retry-After`). If it asks for more, the turn fails at once and says when to come back.',
  }),
  model: setting({
    name: 'MOLECULE_MODEL',
    group: 'Model',
    type: text,
    defaultText: '`model` of `config.yaml`',
    description: 'The model, as `provider:name`. The keys of the providers are read by the engine.',
  }),
  demoModelPath: setting({
    name: 'MOLECULE_DEMO_MODEL',
    group: 'Model',
    type: text,
    defaultText: 'downloaded on first use',
    description: 'A model file for the demo model to use instead of the download.',
  }),
  temporalHost: setting({
    name: 'TEMPORAL_HOST',
    alias: 'TEMPORAL_ADDRESS',
    group: 'Temporal',
    type: hostAndPort(7233),
    defaultText: '`localhost:7233`',
    description: 'Where Temporal is.',
  }),
  temporalNamespace: setting({
    name: 'TEMPORAL_NAMESPACE',
    group: 'Temporal',
    type: text,
    defaultText: '`default`',
    description: 'The namespace of this workspace in Temporal.',
  }),
  temporalEnabled: setting({
    name: 'MOLECULE_TEMPORAL',
    group: 'Temporal',
    type: oneOf('auto', 'off', 'required'),
    defaultText: '`auto`',
    description:
      '`auto` uses Temporal when it is there and answers without it otherwise; `off` never looks; `required` refuses to start without it.',
  }),
  temporalCliPath: setting({
    name: 'MOLECULE_TEMPORAL_CLI',
    group: 'Temporal',
    type: text,
    defaultText: 'found on the PATH, or downloaded',
    description: 'The `temporal` program that `molecule start --dev` runs.',
  }),
  encryptionKeys: setting({
    name: 'MOLECULE_ENCRYPTION_KEY',
    group: 'Temporal',
    type: list,
    defaultText: 'none: what goes to Temporal is stored there as it is',
    description: 'Keys with commas; the first one encrypts, all of them decrypt, so that a key can be replaced.',
    secret: true,
  }),
  platformUrl: setting({
    name: 'PLATFORM_URL',
    group: 'Platform',
    type: httpUrl,
    defaultText: 'none: the runtime calls nobody',
    description: 'The Molecule platform that the workspace registers with; `WORKSPACE_ID` must then be a UUID.',
  }),
  parentId: setting({
    name: 'PARENT_ID',
    group: 'Platform',
    type: text,
    defaultText: 'none',
    description: 'The workspace above this one, on the platform.',
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    group: 'Logs',
    type: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    defaultText: '`info`',
    description:
      'The least important lines that are still written. At `debug` a command that fails shows its stack, too.',
  }),
  logFormat: setting({
    name: 'MOLECULE_LOG_FORMAT',
    group: 'Logs',
    type: oneOf('auto', 'pretty', 'json'),
    defaultText: '`auto`: pretty on a terminal, JSON otherwise',
    description:
      'How log lines look. They go to standard error. `json`: every line is, and the first screen is left out; its line `ready` has the same. Otherwise the first screen is text on standard output.',
  }),
} as const;

/** All settings, as a list. */
export function allSettings(): Setting[] {
  return Object.values(SETTINGS);
}
