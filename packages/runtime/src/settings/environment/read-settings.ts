import { resolve } from 'node:path';
import { isUuid } from '../../support/is-uuid.js';
import { isLoopback } from '../../support/network/loopback.js';
import { ConfigError, type ConfigProblem } from '../config/config-error.js';
import type { WorkspaceConfig } from '../config/workspace-config.js';
import { addressWarnings, replicaWarnings } from './address-warnings.js';
import { collectSecrets } from './collect-secrets.js';
import { defaultMaxConnections } from './connection-limit.js';
import { defaultWorkDir } from './default-work-dir.js';
import type { Env } from './env.js';
import { findAdapterModule } from './find-adapter-module.js';
import { missingVariables } from './missing-variables.js';
import { readDatabase } from './read-database.js';
import { type IdentitySettings, readIdentity } from './read-identity.js';
import { readQueueLimits } from './read-queue-limits.js';
import { readRetention } from './read-retention.js';
import { readTokens } from './read-tokens.js';
import { readTraceSettings } from './read-trace-settings.js';
import type {
  AccessToken,
  GrpcSettings,
  RetrySettings,
  RuntimeSettings,
  TemporalSettings,
} from './runtime-settings.js';
import { ALL_SCOPES, OWN_SCOPES } from './scopes.js';
import { unknownSettingWarnings } from './setting-warnings.js';
import { createSettingsReader, type SettingsReader } from './settings-reader.js';
import { SETTINGS } from './settings-table.js';
import { hasSeveralOwners } from './several-owners.js';
import { slug } from './slug.js';

const DEFAULT_PORT = 8000;
const DEFAULT_MAX_BODY_BYTES = 10 * 1024 * 1024;
const DEFAULT_INLINE_FILE_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_FILES = 20;
const DEFAULT_TURN_TIMEOUT_MS = 24 * 3_600_000;
const DEFAULT_TURN_IDLE_TIMEOUT_MS = 10 * 60_000;
const DEFAULT_ENGINE_START_TIMEOUT_MS = 2 * 60_000;
const DEFAULT_SHUTDOWN_GRACE_MS = 25_000;
const DEFAULT_KEEP_ALIVE_MS = 75_000;
/** Settings that each make the server ask who calls. */
const ASKS_WHO_CALLS = [SETTINGS.tokens, SETTINGS.tokensFile, SETTINGS.oidcIssuer, SETTINGS.tlsClientCaFile];

/** Options of the command line. They override the environment and the file. */
export interface SettingOverrides {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  /** The template's directory, if `config.yaml` may be elsewhere. */
  readonly templateDir?: string | undefined;
}

/**
 * Reads the settings of a server from the environment. Relative paths are resolved from the directory of `config.yaml`.
 *
 * The variables of the settings table are read here and, for the commands, in `command-environment.ts`. Elsewhere only
 * variables are read whose names this table does not hold: the token variable of a peer (`token_env`), the key variables
 * that an adapter names, and `PATH`, `HOME` and `XDG_CACHE_HOME` of the operating system.
 *
 * @throws {ConfigError} `CONFIG_INVALID`, with every problem that was found.
 */
export function readSettings(
  environment: Env,
  config: WorkspaceConfig,
  overrides: SettingOverrides = {},
): RuntimeSettings {
  const reader = createSettingsReader(environment);
  const maxBodyBytes = reader.read(SETTINGS.maxBodyBytes) ?? DEFAULT_MAX_BODY_BYTES;
  const stateDir = resolve(config.configDir, reader.read(SETTINGS.stateDir) ?? '.molecule');
  const workDir = reader.read(SETTINGS.workDir);
  const identity = readIdentity(reader, config.configDir);
  const tokens = withDefaultScopes(readTokens(reader, config.configDir), identity);
  const host = overrides.host ?? reader.read(SETTINGS.host) ?? '127.0.0.1';
  const publicUrl = reader.read(SETTINGS.publicUrl);
  const allowAnonymous = reader.read(SETTINGS.allowAnonymous) ?? false;
  const platformUrl = reader.read(SETTINGS.platformUrl);
  const workspaceId = reader.read(SETTINGS.workspaceId) ?? slug(config.name);
  // With another id the platform is never called, and has no secret address.
  const isMember = platformUrl !== undefined && isUuid(workspaceId);
  const givenStore = reader.read(SETTINGS.taskStore);
  // With another store, the variables of the database belong to the agent.
  const isOurs = (givenStore ?? 'postgres') === 'postgres';
  const database = isOurs ? readDatabase(reader, { configDir: config.configDir, workspaceId }) : undefined;
  const taskStore = givenStore ?? (database ? 'postgres' : 'sqlite');
  const settings: RuntimeSettings = {
    adapterModule: findAdapterModule(reader, config.configDir, overrides.templateDir),
    workspaceId,
    workspaceIdGiven: reader.read(SETTINGS.workspaceId) !== undefined,
    configPath: config.configPath,
    platformUrl,
    parentId: reader.read(SETTINGS.parentId),
    platformOrganization: reader.read(SETTINGS.platformOrganization),
    platformDelivery: reader.read(SETTINGS.platformDelivery),
    workspaceToken: reader.read(SETTINGS.workspaceToken),
    platformEntry: isMember && (asksWhoCalls(reader) || (!isLoopback(host) && !allowAnonymous)),
    host,
    port: overrides.port ?? reader.read(SETTINGS.port) ?? config.a2a.port ?? DEFAULT_PORT,
    grpc: readGrpc(reader),
    publicUrl,
    basePath: reader.read(SETTINGS.basePath) ?? pathOf(publicUrl),
    allowedHosts: reader.read(SETTINGS.allowedHosts) ?? [],
    keepAliveMs: reader.read(SETTINGS.keepAliveMs) ?? DEFAULT_KEEP_ALIVE_MS,
    maxConnections: reader.read(SETTINGS.maxConnections) ?? defaultMaxConnections(),
    stateDir,
    workDirMode: config.workDirMode,
    workDir: workDir === undefined ? defaultWorkDir(stateDir, platformUrl) : resolve(config.configDir, workDir),
    taskStore,
    durability: reader.read(SETTINGS.durability) ?? 'machine',
    retention: readRetention(reader, config),
    ...(taskStore === 'postgres' && { database }),
    tokens,
    ...identity,
    allowAnonymous,
    maxBodyBytes,
    incomingFiles: {
      mostFiles: reader.read(SETTINGS.maxFiles) ?? DEFAULT_MAX_FILES,
      mostBytes: reader.read(SETTINGS.maxFileBytes) ?? maxBodyBytes,
    },
    inlineFileBytes: reader.read(SETTINGS.inlineFileBytes) ?? DEFAULT_INLINE_FILE_BYTES,
    maxResponseBytes: reader.read(SETTINGS.maxResponseBytes) ?? DEFAULT_MAX_RESPONSE_BYTES,
    corsOrigins: reader.read(SETTINGS.corsOrigins) ?? [],
    console: readConsole(reader) ?? config.console,
    pushAllow: reader.read(SETTINGS.pushAllow) ?? [],
    turnTimeoutMs: reader.read(SETTINGS.turnTimeoutMs) ?? DEFAULT_TURN_TIMEOUT_MS,
    turnIdleTimeoutMs: reader.read(SETTINGS.turnIdleTimeoutMs) ?? DEFAULT_TURN_IDLE_TIMEOUT_MS,
    engineStartTimeoutMs: reader.read(SETTINGS.engineStartTimeoutMs) ?? DEFAULT_ENGINE_START_TIMEOUT_MS,
    queueLimits: readQueueLimits(reader, hasSeveralOwners({ tokens, ...identity })),
    retry: readRetry(reader),
    shutdownGraceMs: reader.read(SETTINGS.shutdownGraceMs) ?? DEFAULT_SHUTDOWN_GRACE_MS,
    model: reader.read(SETTINGS.model) ?? config.model,
    demoModel: { path: resolveIfSet(config.configDir, reader.read(SETTINGS.demoModelPath)) },
    temporal: readTemporal(reader),
    encryptionKeys: reader.read(SETTINGS.encryptionKeys) ?? [],
    logLevel: reader.read(SETTINGS.logLevel) ?? 'info',
    logFormat: reader.read(SETTINGS.logFormat) ?? 'auto',
    otel: readTraceSettings(environment),
    traceUrl: reader.read(SETTINGS.traceUrl),
    secrets: collectSecrets(environment, tokens),
    warnings: [
      ...unknownSettingWarnings(environment),
      ...missingVariables(environment, config),
      ...addressWarnings(host, publicUrl),
      ...replicaWarnings({ platformUrl, taskStore }, publicUrl),
    ],
  };
  const problems = [...reader.problems, ...conflicts(settings, reader)];
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

/** Tokens that name no scopes. */
function withDefaultScopes(tokens: readonly AccessToken[], identity: IdentitySettings): readonly AccessToken[] {
  if (!hasSeveralOwners({ tokens, ...identity })) return tokens;
  return tokens.map((token) => (token.scopes === ALL_SCOPES ? { ...token, scopes: OWN_SCOPES } : token));
}

function readConsole(reader: SettingsReader): boolean | undefined {
  const given = reader.read(SETTINGS.console);
  return given === undefined ? undefined : given === 'on';
}

function readGrpc(reader: SettingsReader): GrpcSettings | undefined {
  const port = reader.read(SETTINGS.grpcPort);
  const publicAddress = reader.read(SETTINGS.grpcPublicAddress);
  return port === undefined ? undefined : { port, publicAddress };
}

function readRetry(reader: SettingsReader): RetrySettings {
  return {
    attempts: reader.read(SETTINGS.retryAttempts) ?? 3,
    initialMs: reader.read(SETTINGS.retryInitialMs) ?? 500,
    maxMs: reader.read(SETTINGS.retryMaxMs) ?? 10_000,
    longestRetryAfterMs: reader.read(SETTINGS.retryAfterMaxMs) ?? 60_000,
  };
}

function readTemporal(reader: SettingsReader): TemporalSettings {
  const host = reader.read(SETTINGS.temporalHost);
  return {
    host: host ?? 'localhost:7233',
    explicit: host !== undefined,
    namespace: reader.read(SETTINGS.temporalNamespace) ?? 'default',
    enabled: reader.read(SETTINGS.temporalEnabled) ?? 'auto',
    buildId: reader.read(SETTINGS.temporalBuildId),
    uiUrl: reader.read(SETTINGS.temporalUiUrl),
    cliPath: reader.read(SETTINGS.temporalCliPath),
  };
}

/** Settings that are valid one by one but contradict each other. */
function conflicts(settings: RuntimeSettings, reader: SettingsReader): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (settings.taskStore === 'postgres' && reader.readText(SETTINGS.databaseUrl) === undefined) {
    problems.push({
      code: 'conflict',
      path: SETTINGS.databaseUrl.name,
      wanted: 'the URL of a PostgreSQL database, because MOLECULE_TASK_STORE is postgres',
      found: 'none',
      remedy: `set it for example to DATABASE_URL=${SETTINGS.databaseUrl.type.example}, or unset MOLECULE_TASK_STORE`,
    });
  }
  // A member of a platform is open to the platform only, under a secret address.
  const isClosed = asksWhoCalls(reader) || settings.platformEntry;
  if (!isLoopback(settings.host) && !isClosed && !settings.allowAnonymous) {
    problems.push({
      code: 'conflict',
      path: SETTINGS.tokens.name,
      wanted: `tokens, because other machines can reach ${settings.host}`,
      found: 'none',
      remedy: `set MOLECULE_TOKENS=me:<the output of \`openssl rand -hex 24\`>, or MOLECULE_HOST=127.0.0.1, or MOLECULE_OIDC_ISSUER, or set MOLECULE_ALLOW_ANONYMOUS=1 if every caller may use this agent`,
    });
  }
  return problems;
}

function pathOf(url: string | undefined): string {
  return url === undefined ? '' : new URL(url).pathname.replace(/(?<!\/)\/+$/, '');
}

function resolveIfSet(directory: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(directory, path);
}

/** Invalid values are reported separately: setting any shows that anonymous access is not intended. */
function asksWhoCalls(reader: SettingsReader): boolean {
  return ASKS_WHO_CALLS.some((setting) => reader.readText(setting) !== undefined);
}
