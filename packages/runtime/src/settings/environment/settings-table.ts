import {
  age,
  byteSize,
  databaseUrl,
  duration,
  flag,
  hostAndPort,
  httpUrl,
  issuers,
  list,
  oneOf,
  port,
  type SettingType,
  scopes,
  targets,
  text,
  traceUrl,
  urlPath,
  wholeNumber,
} from './setting-types.js';

/** One environment variable. `docs/configuration.md` is generated from these. */
export interface Setting<Value = unknown> {
  readonly name: string;
  /** Another name for the same variable; if both are set, `name` wins. */
  readonly alias?: string;
  readonly group: 'Workspace' | 'Server' | 'Access' | 'Storage' | 'Turns' | 'Model' | 'Temporal' | 'Platform' | 'Logs';
  readonly type: SettingType<Value>;
  /** The default, in words, with its reason if that is not obvious. */
  readonly defaultText: string;
  readonly description: string;
  /** If true, the value is never shown. */
  readonly secret?: boolean;
}

function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition;
}

/** Every environment variable with a fixed name that configures the runtime or its commands. */
export const SETTINGS = {
  adapterModule: setting({
    name: 'ADAPTER_MODULE',
    group: 'Workspace',
    type: text,
    defaultText: 'the entry point in the `package.json` beside `config.yaml`, if it exists',
    description:
      'The module that exports `adapter`: a package name, a relative path or a file URL, resolved from the directory of `config.yaml`.',
  }),
  workspaceId: setting({
    name: 'WORKSPACE_ID',
    group: 'Workspace',
    type: text,
    defaultText: '`name` of `config.yaml`, in lower case with dashes',
    description:
      'Identifies the workspace to the platform, to Temporal and to its database; two workspaces must not share it.',
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
    description:
      'The directory of the task log and of the persistent data of the engine. In a container, mount a volume here.',
  }),
  workDir: setting({
    name: 'MOLECULE_WORK_DIR',
    group: 'Storage',
    type: text,
    defaultText:
      '`/workspace` if it exists and `PLATFORM_URL` is set: a platform mounts it; else `work` in the state directory',
    description:
      'The working directory of the agent, which it may read and write. If there are several owners, it belongs to the one who came first; see `work_dir`.',
  }),
  taskStore: setting({
    name: 'MOLECULE_TASK_STORE',
    group: 'Storage',
    type: oneOf('sqlite', 'memory', 'postgres'),
    defaultText: '`postgres` if `DATABASE_URL` is set, else `sqlite`',
    description: 'Where tasks are stored. With `memory`, all tasks are lost when the process ends.',
  }),
  durability: setting({
    name: 'MOLECULE_DURABILITY',
    group: 'Storage',
    type: oneOf('machine', 'process'),
    defaultText: '`machine`',
    description:
      'What stored tasks survive. `machine`: a power cut, because they are synced before they are reported to a client. `process`: only the death of the process; nothing waits for the disk.',
  }),
  retentionTasks: setting({
    name: 'MOLECULE_RETENTION_TASKS',
    group: 'Storage',
    type: age,
    defaultText: '`retention.tasks` of `config.yaml`, else off',
    description: 'The age at which ended tasks are deleted, counted from their end.',
  }),
  retentionConversations: setting({
    name: 'MOLECULE_RETENTION_CONVERSATIONS',
    group: 'Storage',
    type: age,
    defaultText: '`retention.conversations` of `config.yaml`, else the age of tasks',
    description: 'The age at which a conversation is forgotten, counted from its last activity.',
  }),
  retentionFiles: setting({
    name: 'MOLECULE_RETENTION_FILES',
    group: 'Storage',
    type: age,
    defaultText: '`retention.files` of `config.yaml`, else off',
    description: 'The age at which the files of ended tasks are deleted.',
  }),
  retentionEvents: setting({
    name: 'MOLECULE_RETENTION_EVENTS',
    group: 'Storage',
    type: age,
    defaultText: '`retention.events` of `config.yaml`',
    description: 'The age at which the events of ended tasks are deleted.',
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    group: 'Storage',
    type: databaseUrl,
    defaultText: 'none',
    description:
      'A PostgreSQL database. If it is set, tasks, files and the records of the team are stored in it, and several machines can share it: see [PostgreSQL](postgresql.md).',
    secret: true,
  }),
  databasePassword: setting({
    name: 'PGPASSWORD',
    group: 'Storage',
    type: text,
    defaultText: 'the password in `DATABASE_URL`, which comes first',
    description: 'The password for the database.',
    secret: true,
  }),
  databaseTlsMode: setting({
    name: 'PGSSLMODE',
    group: 'Storage',
    type: oneOf('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'),
    defaultText: '`sslmode` of `DATABASE_URL`, which comes first, else `prefer`',
    description:
      'How connections to the database are encrypted, and what is verified, as in libpq; across a network, use `verify-full`.',
  }),
  databaseRootCert: setting({
    name: 'PGSSLROOTCERT',
    group: 'Storage',
    type: text,
    defaultText: '`sslrootcert` of `DATABASE_URL`, which comes first, else the certificates that Node trusts',
    description: 'A file with the certificates that may sign the one of the database server.',
  }),
  databaseCert: setting({
    name: 'PGSSLCERT',
    group: 'Storage',
    type: text,
    defaultText: '`sslcert` of `DATABASE_URL`, which comes first, else none',
    description: "A file with the client's certificate for the database.",
  }),
  databaseKey: setting({
    name: 'PGSSLKEY',
    group: 'Storage',
    type: text,
    defaultText: '`sslkey` of `DATABASE_URL`, which comes first, else none',
    description: 'A file with the key of that certificate, which must not be encrypted.',
  }),
  databasePool: setting({
    name: 'MOLECULE_DATABASE_POOL',
    group: 'Storage',
    type: wholeNumber(2, 1_000),
    defaultText:
      '`10`: the writes of a process share one connection, and a read holds another one for milliseconds; eight such processes, with two more connections each, stay within the 97 that a new server has for them',
    description:
      'The largest number of connections of this process to the database. One more renews its lease, and one more is used for notifications, unless `MOLECULE_DATABASE_NOTIFY` is `off`.',
  }),
  databaseNotify: setting({
    name: 'MOLECULE_DATABASE_NOTIFY',
    group: 'Storage',
    type: oneOf('on', 'off'),
    defaultText: '`on`',
    description:
      'Whether processes notify each other of changes through the database. With `off`, or behind PgBouncer in transaction mode, a change in another process is found within half a second.',
  }),
  host: setting({
    name: 'MOLECULE_HOST',
    group: 'Server',
    type: text,
    defaultText: '`127.0.0.1`, so that other machines cannot reach an agent without tokens',
    description:
      'The address to listen on. An address other than loopback requires tokens, OpenID Connect, certificates of clients, a platform (`PLATFORM_URL`), which gets [a secret address](platform.md#the-way-in), or `MOLECULE_ALLOW_ANONYMOUS=1`.',
  }),
  port: setting({
    name: 'PORT',
    group: 'Server',
    type: port,
    defaultText: '`a2a.port` of `config.yaml`, else 8000',
    description: 'The port to listen on; 0 means any free port.',
  }),
  grpcPort: setting({
    name: 'MOLECULE_GRPC_PORT',
    group: 'Server',
    type: port,
    defaultText: 'none: no gRPC',
    description:
      'The port for [gRPC](grpc.md), on the address of `MOLECULE_HOST`; 0 means any free port. Access, limits and encryption are those of HTTP.',
  }),
  grpcPublicAddress: setting({
    name: 'MOLECULE_GRPC_PUBLIC_ADDRESS',
    group: 'Server',
    type: hostAndPort(443),
    defaultText: 'the host of `MOLECULE_PUBLIC_URL`, else the one on which it listens, with the port of gRPC',
    description:
      'The host and port under which others reach gRPC, as the agent card shows them. Required behind a proxy.',
  }),
  publicUrl: setting({
    name: 'MOLECULE_PUBLIC_URL',
    group: 'Server',
    type: httpUrl,
    defaultText: 'the address on which it listens',
    description: 'The URL under which others reach this agent, as the agent card shows it. Required behind a proxy.',
  }),
  basePath: setting({
    name: 'MOLECULE_BASE_PATH',
    group: 'Server',
    type: urlPath,
    defaultText: 'the path of `MOLECULE_PUBLIC_URL`, if it has one',
    description:
      'A path prefix under which everything is served, in addition to the root. For a proxy that does not strip its prefix.',
  }),
  allowedHosts: setting({
    name: 'MOLECULE_ALLOWED_HOSTS',
    group: 'Server',
    type: list,
    defaultText: 'names of this machine, the address on which it listens, and the host of `MOLECULE_PUBLIC_URL`',
    description:
      'Additional host names under which an agent without tokens accepts requests, separated by commas; `*` allows every name. On loopback, a request for another name is refused, because a web page could have made a browser send it. If this variable is set, such requests are refused on every address.',
  }),
  keepAliveMs: setting({
    name: 'MOLECULE_KEEP_ALIVE',
    group: 'Server',
    type: duration,
    defaultText:
      '`75s`, above the 60 s of load balancers, so that the server is not the first to close an idle connection',
    description: 'The time after which an idle connection is closed.',
  }),
  maxConnections: setting({
    name: 'MOLECULE_MAX_CONNECTIONS',
    group: 'Server',
    type: wholeNumber(1, 1_000_000),
    defaultText: 'as many as the file descriptors of the process allow, at most 10000',
    description:
      'The number of simultaneous connections. If another one arrives, the connection that has been idle longest is closed; if none is idle, the new one is refused with 503.',
  }),
  maxBodyBytes: setting({
    name: 'MOLECULE_MAX_BODY',
    group: 'Server',
    type: byteSize,
    defaultText: '`10MiB`',
    description: 'The largest accepted request body, including files.',
  }),
  maxFiles: setting({
    name: 'MOLECULE_MAX_FILES',
    group: 'Server',
    type: wholeNumber(0, 10_000),
    defaultText: '`20`; for more files, send an archive, which counts as one',
    description: 'The number of files in one message. Files given by URL do not count.',
  }),
  maxFileBytes: setting({
    name: 'MOLECULE_MAX_FILE',
    group: 'Server',
    type: byteSize,
    defaultText: 'the value of `MOLECULE_MAX_BODY`, which also bounds all files of a message together',
    description: 'The largest file in a message.',
  }),
  inlineFileBytes: setting({
    name: 'MOLECULE_INLINE_FILES',
    group: 'Server',
    type: byteSize,
    defaultText: '`64MiB`, above which few clients read an answer',
    description:
      'The largest file that an answer holds itself. A larger one is shown by its URL on this server, as every file is to a caller that accepts URLs.',
  }),
  maxResponseBytes: setting({
    name: 'MOLECULE_MAX_RESPONSE',
    group: 'Server',
    type: byteSize,
    defaultText: '`64MiB`',
    description:
      'The largest answer with tasks, without the files in it. A larger one is refused with `RESPONSE_TOO_LARGE`. Streams send a long answer in pieces.',
  }),
  corsOrigins: setting({
    name: 'MOLECULE_CORS_ORIGINS',
    group: 'Server',
    type: list,
    defaultText: 'none: browsers on other origins are refused',
    description: 'Origins whose pages may call this agent, separated by commas; `*` allows every origin.',
  }),
  console: setting({
    name: 'MOLECULE_CONSOLE',
    group: 'Server',
    type: oneOf('on', 'off'),
    defaultText:
      '`console` of `config.yaml`, else `on` with `--dev` if `@molecule/console` is installed, and `off` otherwise',
    description: 'Whether the [console](console.md) is served at `/console/`.',
  }),
  pushAllow: setting({
    name: 'MOLECULE_PUSH_ALLOW',
    group: 'Server',
    type: targets,
    defaultText: 'none: callers could otherwise make this agent send requests into its own network',
    description:
      'What push notifications may be sent to besides hosts of the public internet, separated by commas: host names, addresses, and networks such as `10.1.0.0/16`.',
  }),
  shutdownGraceMs: setting({
    name: 'MOLECULE_SHUTDOWN_GRACE',
    group: 'Server',
    type: duration,
    defaultText: '`25s`, below the 30 s after which Kubernetes kills a container',
    description: 'The time that running turns have to finish after a stop signal.',
  }),
  tokens: setting({
    name: 'MOLECULE_TOKENS',
    group: 'Access',
    type: list,
    defaultText: 'none: without another setting of this group, every caller that reaches the port has access',
    description:
      'Bearer tokens as `owner:token`, separated by commas; at least 16 characters each. An owner may have several tokens, and sees only its own tasks. `owner[read send]:token` limits what a token may do to these scopes of `read`, `send`, `cancel` and `admin`: see [security](security.md#who-may-do-what).',
    secret: true,
  }),
  tokensFile: setting({
    name: 'MOLECULE_TOKENS_FILE',
    group: 'Access',
    type: text,
    defaultText: 'none',
    description:
      'A file with one `owner:token` on each line; lines that begin with # are ignored. Its tokens are added to those of `MOLECULE_TOKENS`. A relative path is resolved from the directory of `config.yaml`.',
  }),
  oidcIssuer: setting({
    name: 'MOLECULE_OIDC_ISSUER',
    group: 'Access',
    type: issuers,
    defaultText: 'none: no tokens of OpenID Connect are accepted',
    description:
      'Issuers of OpenID Connect whose tokens are accepted, separated by commas, each exactly as it stands in the claim `iss`. Its keys are found at `/.well-known/openid-configuration` below it. See [security](security.md#openid-connect).',
  }),
  oidcAudience: setting({
    name: 'MOLECULE_OIDC_AUDIENCE',
    group: 'Access',
    type: list,
    defaultText: 'none; required with `MOLECULE_OIDC_ISSUER`',
    description:
      'The names of this agent in the claim `aud`, separated by commas. A token with any other audience is refused, since the other service could use it here.',
  }),
  oidcOwnerClaim: setting({
    name: 'MOLECULE_OIDC_OWNER_CLAIM',
    group: 'Access',
    type: text,
    defaultText: '`sub`: the only claim that an issuer never gives to another person or program',
    description:
      'The claim that names the owner, by its name, or by its path with dots. The name of the issuer becomes a part of the owner. With `email`, the claim `email_verified` must be true.',
  }),
  oidcScopeClaims: setting({
    name: 'MOLECULE_OIDC_SCOPE_CLAIMS',
    group: 'Access',
    type: list,
    defaultText: '`scope,scp`',
    description: 'The claims that hold scopes, as a list or as text with spaces; for example `realm_access.roles`.',
  }),
  oidcScopePrefix: setting({
    name: 'MOLECULE_OIDC_SCOPE_PREFIX',
    group: 'Access',
    type: text,
    defaultText: 'none',
    description:
      'What stands before the scopes in these claims, for example `agent:` if the issuer calls them `agent:read` and so on.',
  }),
  oidcDefaultScopes: setting({
    name: 'MOLECULE_OIDC_DEFAULT_SCOPES',
    group: 'Access',
    type: scopes,
    defaultText: 'none, so that a token for something else opens nothing',
    description:
      'The scopes of a token that names none of `read`, `send`, `cancel` and `admin`, separated by spaces. Set it for an issuer that knows no scopes of this agent.',
  }),
  tlsCertFile: setting({
    name: 'MOLECULE_TLS_CERT_FILE',
    group: 'Access',
    type: text,
    defaultText: 'none: plain HTTP, for a proxy that ends TLS',
    description:
      'A file with the certificate of the server and those between it and its authority (PEM). With it, the port serves HTTPS only. The files are read again within a minute of a change.',
  }),
  tlsKeyFile: setting({
    name: 'MOLECULE_TLS_KEY_FILE',
    group: 'Access',
    type: text,
    defaultText: 'none; required with `MOLECULE_TLS_CERT_FILE`',
    description: 'A file with the key of that certificate (PEM), which must not be encrypted.',
  }),
  tlsClientCaFile: setting({
    name: 'MOLECULE_TLS_CLIENT_CA_FILE',
    group: 'Access',
    type: text,
    defaultText: 'none: clients are asked for no certificate',
    description:
      'A file with the authorities that sign the certificates of clients (PEM). A client with such a certificate needs no token: see [security](security.md#certificates).',
  }),
  tlsClientOwner: setting({
    name: 'MOLECULE_TLS_CLIENT_OWNER',
    group: 'Access',
    type: oneOf('subject', 'cn', 'uri', 'dns', 'email'),
    defaultText: '`subject`: the whole of it, which an authority gives to one holder only',
    description:
      "What names the owner in a client's certificate: its subject, the common name (`cn`) in it, or its only alternative name of a kind (`uri` for SPIFFE).",
  }),
  tlsClientScopes: setting({
    name: 'MOLECULE_TLS_CLIENT_SCOPES',
    group: 'Access',
    type: scopes,
    defaultText: '`read send cancel`',
    description:
      'What clients with a certificate may do: scopes of `read`, `send`, `cancel` and `admin`, separated by spaces.',
  }),
  allowAnonymous: setting({
    name: 'MOLECULE_ALLOW_ANONYMOUS',
    group: 'Access',
    type: flag,
    defaultText: '`0`',
    description: 'If 1, the agent may run on an address other than loopback without asking who calls.',
  }),
  clientToken: setting({
    name: 'MOLECULE_TOKEN',
    group: 'Access',
    type: text,
    defaultText: 'none',
    description: 'The token that `molecule send` sends to the agent it calls; the server does not read it.',
    secret: true,
  }),
  turnTimeoutMs: setting({
    name: 'MOLECULE_TURN_TIMEOUT',
    group: 'Turns',
    type: duration,
    defaultText: '`24h`',
    description:
      'The longest total time of a turn; then it ends with `TURN_TIMEOUT`. Waiting for earlier turns of the conversation, or for a free place of the engine, does not count.',
  }),
  turnIdleTimeoutMs: setting({
    name: 'MOLECULE_TURN_IDLE_TIMEOUT',
    group: 'Turns',
    type: duration,
    defaultText: '`10m`',
    description:
      'The longest time without any event of the engine during a turn; then the turn ends with `TURN_IDLE_TIMEOUT`.',
  }),
  engineStartTimeoutMs: setting({
    name: 'MOLECULE_ENGINE_START_TIMEOUT',
    group: 'Turns',
    type: duration,
    defaultText: '`2m`',
    description:
      'The longest time without a log line of the engine while it starts. An engine that logs its progress, for example during an installation, may take longer in all.',
  }),
  maxTurns: setting({
    name: 'MOLECULE_MAX_TURNS',
    group: 'Turns',
    type: wholeNumber(1, 1_000_000),
    defaultText:
      '`5000`: about as many streams as one process can write; an engine that starts a process for each turn has a limit of its own',
    description:
      'The number of turns that run at once. A further one waits, and is `submitted` meanwhile. A slot that becomes free goes to the owners in turn.',
  }),
  maxQueue: setting({
    name: 'MOLECULE_MAX_QUEUE',
    group: 'Turns',
    type: wholeNumber(0, 1_000_000),
    defaultText:
      'the value of `MOLECULE_MAX_TURNS`, but at least 100: a message then waits about as long as a turn takes',
    description:
      'The number of messages that may wait in all contexts, for earlier turns of their context or for a slot; further ones are refused with 429.',
  }),
  maxTurnsPerOwner: setting({
    name: 'MOLECULE_MAX_TURNS_PER_OWNER',
    group: 'Turns',
    type: wholeNumber(1, 1_000_000),
    defaultText: 'the value of `MOLECULE_MAX_TURNS`',
    description:
      'The number of turns of one owner that run at once. With a lower value, one owner with long turns cannot take all slots.',
  }),
  maxQueuePerOwner: setting({
    name: 'MOLECULE_MAX_QUEUE_PER_OWNER',
    group: 'Turns',
    type: wholeNumber(0, 1_000_000),
    defaultText:
      'half of `MOLECULE_MAX_QUEUE` if there may be several owners, so that no owner fills the queue alone; else all of it',
    description: 'The number of messages of one owner that may wait; further ones are refused with 429.',
  }),
  queueLimit: setting({
    name: 'MOLECULE_QUEUE_LIMIT',
    group: 'Turns',
    type: wholeNumber(0, 100_000),
    defaultText: '`16`',
    description: 'The number of messages that may wait in one context; further ones are refused with 429.',
  }),
  retryAttempts: setting({
    name: 'MOLECULE_RETRY_ATTEMPTS',
    group: 'Turns',
    type: wholeNumber(1, 100),
    defaultText: '`3`',
    description:
      'The largest number of attempts of a turn that fails with a temporary error, including the first attempt.',
  }),
  retryInitialMs: setting({
    name: 'MOLECULE_RETRY_INITIAL',
    group: 'Turns',
    type: duration,
    defaultText: '`500ms`',
    description: 'The wait before the second attempt; it doubles with each further attempt.',
  }),
  retryMaxMs: setting({
    name: 'MOLECULE_RETRY_MAX',
    group: 'Turns',
    type: duration,
    defaultText: '`10s`',
    description: 'The longest wait between two attempts if the provider sends no `Retry-After`.',
  }),
  retryAfterMaxMs: setting({
    name: 'MOLECULE_RETRY_AFTER_MAX',
    group: 'Turns',
    type: duration,
    defaultText: '`1m`: the window of most rate limits',
    description:
      'The longest wait that a provider may request (`Retry-After`). If it requests more, the turn fails at once and reports when to try again.',
  }),
  model: setting({
    name: 'MOLECULE_MODEL',
    alias: 'MODEL_PROVIDER',
    group: 'Model',
    type: text,
    defaultText: '`model` of `config.yaml`',
    description: 'The model, as `provider:name`. The engine reads the keys of the providers.',
  }),
  demoModelPath: setting({
    name: 'MOLECULE_DEMO_MODEL',
    group: 'Model',
    type: text,
    defaultText: 'downloaded on first use',
    description: 'A model file that the demo model uses instead of the download.',
  }),
  temporalHost: setting({
    name: 'TEMPORAL_HOST',
    alias: 'TEMPORAL_ADDRESS',
    group: 'Temporal',
    type: hostAndPort(7233),
    defaultText: '`localhost:7233`',
    description: 'The address of the Temporal server.',
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
      '`auto` uses Temporal if it is reachable and runs turns directly otherwise; `off` never uses it; `required` refuses to start without it.',
  }),
  temporalBuildId: setting({
    name: 'MOLECULE_TEMPORAL_BUILD_ID',
    group: 'Temporal',
    type: text,
    defaultText: 'none: no worker versioning',
    description:
      "The build of Temporal's worker versioning, for example the version of the image. The deployment is named as the task queue. Until one of its builds is made the current one, no worker gets workflows.",
  }),
  temporalUiUrl: setting({
    name: 'MOLECULE_TEMPORAL_UI_URL',
    group: 'Temporal',
    type: httpUrl,
    defaultText: 'the page of the development server that `--dev` starts; else none',
    description: "The address of Temporal's web page, for the links of the [console](console.md) to histories.",
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
    defaultText: 'none: Temporal stores the data unencrypted',
    description:
      'Keys, separated by commas. The first one encrypts and all of them decrypt, so that a key can be replaced.',
    secret: true,
  }),
  platformUrl: setting({
    name: 'PLATFORM_URL',
    group: 'Platform',
    type: httpUrl,
    defaultText: 'none: the runtime makes no calls to a platform',
    description: 'The Molecule platform that the workspace registers with; `WORKSPACE_ID` must then be a UUID.',
  }),
  parentId: setting({
    name: 'PARENT_ID',
    group: 'Platform',
    type: text,
    defaultText: 'none',
    description: 'The id of the parent workspace on the platform.',
  }),
  platformOrganization: setting({
    name: 'MOLECULE_ORG_ID',
    group: 'Platform',
    type: text,
    defaultText: 'none',
    description:
      'The id of the organization on a hosted platform, which serves several: it is sent with every call, and without it the platform answers 404 to most of them.',
  }),
  platformDelivery: setting({
    name: 'MOLECULE_PLATFORM_DELIVERY',
    group: 'Platform',
    type: oneOf('push', 'poll'),
    defaultText: '`push`: the platform calls the agent',
    description:
      'With `poll`, the agent [fetches its messages](platform.md#without-an-inbound-address) from the platform, which then needs no address of it.',
  }),
  workspaceToken: setting({
    name: 'MOLECULE_WORKSPACE_TOKEN',
    group: 'Platform',
    type: text,
    defaultText: 'none: the first registration returns one',
    description:
      "The workspace's token, if the platform has issued one before the first start (`runtime: external`). A token that is kept already wins until the platform refuses it.",
    secret: true,
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    group: 'Logs',
    type: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    defaultText: '`info`',
    description: 'The lowest level of log lines that are written. At `debug`, a failing command also prints its stack.',
  }),
  traceUrl: setting({
    name: 'MOLECULE_TRACE_URL',
    group: 'Logs',
    type: traceUrl,
    defaultText: 'none',
    description:
      'The address of a web page that shows a trace, with `{traceId}` in the place of its id, for the links of the [console](console.md).',
  }),
  logFormat: setting({
    name: 'MOLECULE_LOG_FORMAT',
    group: 'Logs',
    type: oneOf('auto', 'pretty', 'json'),
    defaultText: '`auto`: pretty on a terminal, JSON otherwise',
    description:
      'The format of log lines, which are written to standard error. With `json`, every line is a JSON object, and the line `ready` replaces the first screen. Otherwise the first screen is printed to standard output as text.',
  }),
} as const;

/** All settings, as a list. */
export function allSettings(): Setting[] {
  return Object.values(SETTINGS);
}
