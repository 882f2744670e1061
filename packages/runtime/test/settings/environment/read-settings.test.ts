import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/settings/config/config-error.js';
import { loadConfig } from '../../../src/settings/config/load-config.js';
import type { Env } from '../../../src/settings/environment/env.js';
import { readSettings, type SettingOverrides } from '../../../src/settings/environment/read-settings.js';
import type { RuntimeSettings } from '../../../src/settings/environment/runtime-settings.js';
import { OWN_SCOPES } from '../../../src/settings/environment/scopes.js';
import { writeDirectory } from '../config/write-config.js';

const CONFIG = 'name: Échо Agent!\nruntime: echo\nmodel: openai:a\n';

async function settingsFor(
  environment: Env,
  files: Readonly<Record<string, string>> = {},
  overrides: SettingOverrides = {},
): Promise<RuntimeSettings> {
  await using directory = await writeDirectory({ 'config.yaml': CONFIG, ...files });
  const withDirectory = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value?.replace('<dir>', directory.path)]),
  );
  return readSettings(withDirectory, await loadConfig({ configPath: directory.path }), overrides);
}

async function problemsFor(environment: Env, files: Readonly<Record<string, string>> = {}): Promise<ConfigError> {
  const error = await settingsFor(environment, files).catch((error: unknown) => error);
  if (!ConfigError.is(error)) throw new Error(`expected a ConfigError, got ${JSON.stringify(error)}`);
  return error;
}

test('an empty environment gives the defaults', async () => {
  const settings = await settingsFor({});
  const configDir = join(settings.configPath, '..');
  expect(settings).toEqual({
    adapterModule: undefined,
    platformEntry: false,
    workspaceId: 'ech-agent',
    workspaceIdGiven: false,
    configPath: join(configDir, 'config.yaml'),
    platformUrl: undefined,
    parentId: undefined,
    host: '127.0.0.1',
    port: 8000,
    publicUrl: undefined,
    basePath: '',
    allowedHosts: [],
    keepAliveMs: 75_000,
    maxConnections: expect.any(Number),
    stateDir: join(configDir, '.molecule'),
    workDir: join(configDir, '.molecule', 'work'),
    workDirMode: 'owner',
    taskStore: 'sqlite',
    durability: 'machine',
    retention: { tasksMs: Infinity, conversationsMs: Infinity, filesMs: Infinity, eventsMs: 600_000 },
    database: undefined,
    tokens: [],
    allowAnonymous: false,
    maxBodyBytes: 10_485_760,
    maxResponseBytes: 67_108_864,
    incomingFiles: { mostFiles: 20, mostBytes: 10_485_760 },
    inlineFileBytes: 64 * 1024 * 1024,
    corsOrigins: [],
    turnTimeoutMs: 86_400_000,
    turnIdleTimeoutMs: 600_000,
    engineStartTimeoutMs: 120_000,
    pushAllow: [],
    queueLimits: {
      running: 5_000,
      waiting: 5_000,
      runningOfOwner: 5_000,
      waitingOfOwner: 5_000,
      waitingInContext: 16,
    },
    retry: { attempts: 3, initialMs: 500, maxMs: 10_000, longestRetryAfterMs: 60_000 },
    shutdownGraceMs: 25_000,
    model: 'openai:a',
    demoModel: { path: undefined },
    temporal: { host: 'localhost:7233', explicit: false, namespace: 'default', enabled: 'auto', cliPath: undefined },
    encryptionKeys: [],
    logLevel: 'info',
    logFormat: 'auto',
    otel: { wanted: false, resource: {} },
    secrets: [],
    warnings: [],
  });
});

test('the environment overrides the file', async () => {
  const settings = await settingsFor({
    ADAPTER_MODULE: '@acme/adapter',
    WORKSPACE_ID: 'ws-1',
    PLATFORM_URL: 'http://platform:8080/',
    PARENT_ID: 'ws-0',
    MOLECULE_HOST: '127.0.0.2',
    PORT: '0',
    MOLECULE_PUBLIC_URL: 'https://agent.example.com/a/',
    MOLECULE_STATE_DIR: '/var/lib/agent',
    MOLECULE_WORK_DIR: 'workspace',
    MOLECULE_TASK_STORE: 'memory',
    MOLECULE_MAX_BODY: '5MB',
    MOLECULE_MAX_FILES: '3',
    MOLECULE_MAX_FILE: '1MB',
    MOLECULE_CORS_ORIGINS: 'https://a.example, https://b.example',
    MOLECULE_TURN_TIMEOUT: '90s',
    MOLECULE_MAX_TURNS: '8',
    MOLECULE_MAX_QUEUE: '40',
    MOLECULE_MAX_TURNS_PER_OWNER: '3',
    MOLECULE_MAX_QUEUE_PER_OWNER: '0',
    MOLECULE_QUEUE_LIMIT: '0',
    MOLECULE_RETRY_ATTEMPTS: '1',
    MOLECULE_RETRY_INITIAL: '10ms',
    MOLECULE_RETRY_MAX: '1m',
    MOLECULE_SHUTDOWN_GRACE: '1.5s',
    MOLECULE_MODEL: 'anthropic:b',
    MOLECULE_DEMO_MODEL: 'demo.gguf',
    TEMPORAL_ADDRESS: 'temporal',
    TEMPORAL_NAMESPACE: 'agents',
    MOLECULE_TEMPORAL: 'required',
    MOLECULE_TEMPORAL_CLI: '/usr/bin/temporal',
    LOG_LEVEL: 'DEBUG',
    MOLECULE_LOG_FORMAT: 'json',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
  });
  expect(settings).toMatchObject({
    adapterModule: { specifier: '@acme/adapter', source: 'ADAPTER_MODULE' },
    workspaceId: 'ws-1',
    platformUrl: 'http://platform:8080',
    parentId: 'ws-0',
    host: '127.0.0.2',
    port: 0,
    publicUrl: 'https://agent.example.com/a',
    stateDir: '/var/lib/agent',
    workDir: join(settings.configPath, '..', 'workspace'),
    taskStore: 'memory',
    maxBodyBytes: 5_000_000,
    incomingFiles: { mostFiles: 3, mostBytes: 1_000_000 },
    corsOrigins: ['https://a.example', 'https://b.example'],
    turnTimeoutMs: 90_000,
    queueLimits: { running: 8, waiting: 40, runningOfOwner: 3, waitingOfOwner: 0, waitingInContext: 0 },
    retry: { attempts: 1, initialMs: 10, maxMs: 60_000, longestRetryAfterMs: 60_000 },
    shutdownGraceMs: 1500,
    model: 'anthropic:b',
    demoModel: { path: join(settings.configPath, '..', 'demo.gguf') },
    temporal: {
      host: 'temporal:7233',
      explicit: true,
      namespace: 'agents',
      enabled: 'required',
      cliPath: '/usr/bin/temporal',
    },
    logLevel: 'debug',
    logFormat: 'json',
    otel: { wanted: true, resource: {} },
  });
});

describe('retention', () => {
  const DAY = 86_400_000;

  test.each([
    ['nothing is deleted but events', '', {}, {}],
    ['conversations follow tasks', 'retention: { tasks: 2d }', {}, { tasksMs: 2 * DAY, conversationsMs: 2 * DAY }],
    ['conversations may stay', 'retention: { tasks: 1w, conversations: off }', {}, { tasksMs: 7 * DAY }],
    ['conversations alone', 'retention: { conversations: 12h }', {}, { conversationsMs: DAY / 2 }],
    ['an empty key is omitted', 'retention: { tasks: 30s, files: }', {}, { tasksMs: 30_000, conversationsMs: 30_000 }],
    [
      'the environment overrides the file',
      'retention: { tasks: 2d, files: 1d, events: 5m }',
      { MOLECULE_RETENTION_TASKS: 'off', MOLECULE_RETENTION_FILES: '90m', MOLECULE_RETENTION_EVENTS: 'off' },
      { filesMs: 5_400_000, eventsMs: Infinity },
    ],
  ])('%s', async (_title, lines, environment, expected) => {
    const { retention } = await settingsFor(environment, { 'config.yaml': `${CONFIG}${lines}\n` });
    const never = { tasksMs: Infinity, conversationsMs: Infinity, filesMs: Infinity, eventsMs: 600_000 };
    expect(retention).toEqual({ ...never, ...expected });
  });

  test('an age without a unit is refused, with an example', async () => {
    const { problems } = await problemsFor({ MOLECULE_RETENTION_TASKS: '30' });
    expect(problems).toMatchObject([{ path: 'MOLECULE_RETENTION_TASKS', wanted: expect.stringContaining('30d') }]);
  });
});

test('the command line overrides the environment', async () => {
  const settings = await settingsFor({ PORT: '1', MOLECULE_HOST: '127.0.0.2' }, {}, { port: 2, host: 'localhost' });
  expect([settings.port, settings.host]).toEqual([2, 'localhost']);
});

test('an empty variable counts as unset', async () => {
  expect((await settingsFor({ PORT: '', LOG_LEVEL: ' ' })).port).toBe(8000);
});

test('all invalid values are reported together, under the variable name that was used', async () => {
  const error = await problemsFor({
    PORT: '80000',
    MOLECULE_MAX_BODY: 'huge',
    MOLECULE_TURN_TIMEOUT: '600',
    MOLECULE_RETRY_MAX: '30d',
    MOLECULE_RETRY_INITIAL: '1000h',
    MOLECULE_TASK_STORE: 'redis',
    MOLECULE_PUBLIC_URL: 'agent.example.com',
    PLATFORM_URL: 'ftp://platform',
    TEMPORAL_ADDRESS: 'http://temporal:7233',
    MOLECULE_ALLOW_ANONYMOUS: 'perhaps',
    MOLECULE_QUEUE_LIMIT: '-1',
    LOG_LEVEL: 'loud',
  });
  expect(error.problems.map(({ path }) => path).sort()).toEqual([
    'LOG_LEVEL',
    'MOLECULE_ALLOW_ANONYMOUS',
    'MOLECULE_MAX_BODY',
    'MOLECULE_PUBLIC_URL',
    'MOLECULE_QUEUE_LIMIT',
    'MOLECULE_RETRY_INITIAL',
    'MOLECULE_RETRY_MAX',
    'MOLECULE_TASK_STORE',
    'MOLECULE_TURN_TIMEOUT',
    'PLATFORM_URL',
    'PORT',
    'TEMPORAL_ADDRESS',
  ]);
  expect(error.message).toContain('wanted a whole number from 0 to 65535 (0: any free port); found the text "80000"');
  expect(error.message).toContain('MOLECULE_TURN_TIMEOUT=25s');
});

test.each([
  ['MOLECULE_HOSTT', 'did you mean MOLECULE_HOST?'],
  ['MOLECULE_TOKENZ', 'did you mean MOLECULE_TOKENS?'],
  ['MOLECULE_PORT', 'did you mean PORT?'],
  ['MOLECULE_XYZZY', 'see docs/configuration.md'],
])('an unknown variable %s produces a warning: %s', async (name, hint) => {
  const { warnings } = await settingsFor({ [name]: 'x' });
  expect(warnings).toEqual([expect.stringContaining(`${name} is set but is not a known setting; ${hint}`)]);
});

test('replicas on a platform without a public URL produce a warning', async () => {
  const environment = { PLATFORM_URL: 'http://platform', DATABASE_URL: 'postgres://a@db.example.com/a' };
  expect((await settingsFor(environment)).warnings).toEqual([
    expect.stringMatching(/the address of the replica that speaks .* set MOLECULE_PUBLIC_URL/),
  ]);
  const isSet = { ...environment, MOLECULE_PUBLIC_URL: 'https://agent.example.com' };
  expect((await settingsFor(isSet)).warnings).toEqual([]);
});

describe('the adapter module', () => {
  test.each([
    [{ exports: { '.': { types: './x.d.ts', import: './a.js' } } }, './a.js'],
    [{ exports: { '.': './b.js' }, main: 'c.js' }, './b.js'],
    [{ exports: './d.js' }, './d.js'],
    [{ exports: { require: './e.cjs', default: './f.js' } }, './f.js'],
    [{ exports: { './other': './g.js' }, main: 'dist/h.js' }, './dist/h.js'],
    [{ main: './i.js' }, './i.js'],
  ])('comes from package.json: %j', async (manifest, specifier) => {
    const settings = await settingsFor({}, { 'package.json': JSON.stringify(manifest) });
    expect(settings.adapterModule).toMatchObject({ specifier, source: 'package.json' });
  });

  test('stays unset if package.json names none', async () => {
    expect((await settingsFor({}, { 'package.json': '{}' })).adapterModule).toBeUndefined();
  });

  test('is a problem if package.json is broken', async () => {
    expect((await problemsFor({}, { 'package.json': '{' })).problems).toMatchObject([{ code: 'unreadable' }]);
  });

  test('does not come from package.json if ADAPTER_MODULE is set', async () => {
    const settings = await settingsFor({ ADAPTER_MODULE: './mine.js' }, { 'package.json': '{' });
    expect(settings.adapterModule).toMatchObject({ specifier: './mine.js', source: 'ADAPTER_MODULE' });
  });
});

describe('access', () => {
  const alice = 'alice-token-1234567';
  const bob = 'bob-token-123456789';
  const OIDC = { MOLECULE_OIDC_ISSUER: 'https://login.example.com/', MOLECULE_OIDC_AUDIENCE: 'agent' };

  test('an issuer is kept as it is written', async () => {
    const { oidc } = await settingsFor(OIDC);
    expect(oidc).toEqual({
      issuers: ['https://login.example.com/'],
      audiences: ['agent'],
      ownerClaim: 'sub',
      scopeClaims: ['scope', 'scp'],
      scopePrefix: '',
      defaultScopes: new Set(),
    });
    expect((await settingsFor({})).oidc).toBeUndefined();
  });

  test.each([
    [{ MOLECULE_OIDC_ISSUER: 'https://login.example.com' }, 'MOLECULE_OIDC_AUDIENCE'],
    [{ ...OIDC, MOLECULE_OIDC_ISSUER: 'http://login.example.com' }, 'MOLECULE_OIDC_ISSUER'],
    [{ ...OIDC, MOLECULE_OIDC_ISSUER: 'https://login.example.com?tenant=1' }, 'MOLECULE_OIDC_ISSUER'],
    [{ ...OIDC, MOLECULE_OIDC_ISSUER: 'login.example.com' }, 'MOLECULE_OIDC_ISSUER'],
    [{ ...OIDC, MOLECULE_OIDC_DEFAULT_SCOPES: 'read write' }, 'MOLECULE_OIDC_DEFAULT_SCOPES'],
  ])('%j is a problem of %s', async (environment, path) => {
    expect((await problemsFor(environment)).problems).toMatchObject([{ path }]);
  });

  test('tokens come from the variable and from a file, and an owner may have several', async () => {
    const settings = await settingsFor(
      { MOLECULE_TOKENS: `alice:${alice}, bob:${bob}`, MOLECULE_TOKENS_FILE: 'tokens.txt' },
      { 'tokens.txt': `# people\n\nalice:second:with:colons-1\r\n` },
    );
    expect(settings.tokens).toEqual([
      { owner: 'alice', token: alice, scopes: OWN_SCOPES },
      { owner: 'bob', token: bob, scopes: OWN_SCOPES },
      { owner: 'alice', token: 'second:with:colons-1', scopes: OWN_SCOPES },
    ]);
    expect(settings.secrets).toEqual(expect.arrayContaining([alice, bob, 'second:with:colons-1']));
  });

  test('a token may be limited to scopes', async () => {
    const { tokens } = await settingsFor({ MOLECULE_TOKENS: `alice[read send]:${alice},bob [admin]:${bob}` });
    expect(tokens).toEqual([
      { owner: 'alice', token: alice, scopes: new Set(['read', 'send']) },
      { owner: 'bob', token: bob, scopes: new Set(['admin']) },
    ]);
  });

  test.each([
    [`alice[]:${alice}`, 'has []'],
    [`alice[write]:${alice}`, 'has [write]'],
    [`[read]:${alice}`, 'no owner'],
    ['alice:short', 'has 5 characters'],
    ['just-a-token-without-an-owner', 'entry 1 has no owner'],
    [`alice:${alice},bob:${alice}`, 'the same token for alice and bob'],
  ])('%s: %s; the token itself is not shown', async (tokens, found) => {
    const error = await problemsFor({ MOLECULE_TOKENS: tokens });
    expect(error.problems).toMatchObject([{ path: 'MOLECULE_TOKENS', found: expect.stringContaining(found) }]);
    expect(error.message).not.toContain(alice);
    expect(error.message).not.toContain('just-a-token');
  });

  test('a missing or empty file of tokens is a problem', async () => {
    expect((await problemsFor({ MOLECULE_TOKENS_FILE: 'gone' })).problems).toMatchObject([{ code: 'unreadable' }]);
    expect((await problemsFor({ MOLECULE_TOKENS_FILE: 'none' }, { none: '# none\n' })).message).toContain('none in');
  });

  test.each(['0.0.0.0', '::', '192.168.1.5', 'agent.internal'])(
    'listening on %s without tokens is refused, unless anonymous access is allowed',
    async (host) => {
      const error = await problemsFor({ MOLECULE_HOST: host });
      expect(error.problems).toMatchObject([{ code: 'conflict', path: 'MOLECULE_TOKENS' }]);
      await settingsFor({ MOLECULE_HOST: host, MOLECULE_ALLOW_ANONYMOUS: '1' });
      await settingsFor({ MOLECULE_HOST: host, MOLECULE_TOKENS: `alice:${alice}` });
      await settingsFor({ MOLECULE_HOST: host, ...OIDC });
    },
  );

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('%s needs no tokens', async (host) => {
    expect((await settingsFor({ MOLECULE_HOST: host })).host).toBe(host);
  });
});

describe('a database', () => {
  test('is used for tasks if its URL is set, and not if another store is named', async () => {
    const DATABASE_URL = 'postgres://me:p%40ss%2Fword@db.example.com/agents?sslmode=verify-full&sslrootcert=ca.pem';
    const settings = await settingsFor({ DATABASE_URL, MOLECULE_DATABASE_POOL: '4', MOLECULE_DATABASE_NOTIFY: 'off' });
    expect(settings.taskStore).toBe('postgres');
    expect(settings.database).toEqual({
      host: 'db.example.com',
      port: 5432,
      user: 'me',
      password: 'p@ss/word',
      database: 'agents',
      tls: {
        mode: 'verify-full',
        rootCert: join(dirname(settings.configPath), 'ca.pem'),
        cert: undefined,
        key: undefined,
      },
      pool: 4,
      notify: false,
      application: `molecule ${settings.workspaceId}`,
    });
    expect(settings.secrets).toContain('p@ss/word');
    const other = await settingsFor({ DATABASE_URL, MOLECULE_TASK_STORE: 'sqlite' });
    expect([other.taskStore, other.database]).toEqual(['sqlite', undefined]);
    // An agent may have a database of its own under this name.
    const own = await settingsFor({ DATABASE_URL: 'mysql://me@db/shop?schema=a', MOLECULE_TASK_STORE: 'sqlite' });
    expect([own.taskStore, own.database]).toEqual(['sqlite', undefined]);
  });

  test('takes what its URL lacks from the variables of libpq', async () => {
    const { database } = await settingsFor({
      DATABASE_URL: 'postgresql://me@[::1]:6432/agents?channel_binding=require',
      PGPASSWORD: 'from-the-environment',
      PGSSLMODE: 'require',
      PGSSLROOTCERT: 'system',
      PGSSLCERT: '/run/client.crt',
      PGSSLKEY: '/run/client.key',
    });
    expect(database).toMatchObject({
      host: '::1',
      port: 6432,
      password: 'from-the-environment',
      tls: { mode: 'require', rootCert: 'system', cert: '/run/client.crt', key: '/run/client.key' },
    });
  });

  test('may be reached through a Unix socket', async () => {
    const { database } = await settingsFor({ DATABASE_URL: 'postgres://me@/agents?host=/run/postgresql' });
    expect(database).toMatchObject({
      host: '/run/postgresql',
      user: 'me',
      database: 'agents',
      tls: { mode: 'prefer' },
    });
  });

  test.each([
    ['mysql://me:hunter2@db/agents', 'begin with postgres://'],
    ['postgres://me:hunter2@one,two/agents', 'several hosts'],
    ['postgres://me:hunter2@db/agents?sslmode=on', 'sslmode'],
    ['postgres://me:hunter2@db/agents?pgbouncer=true', 'pgbouncer'],
    ['postgres://me:hunter2%@db/agents', '%'],
  ])('%s is refused and not shown', async (DATABASE_URL, reason) => {
    const error = await problemsFor({ DATABASE_URL });
    expect(error.problems).toMatchObject([{ code: 'invalid-value', path: 'DATABASE_URL' }]);
    expect(error.message).toContain(reason);
    expect(error.message).not.toContain('hunter2');
  });

  test('is required for a store in PostgreSQL', async () => {
    const error = await problemsFor({ MOLECULE_TASK_STORE: 'postgres' });
    expect(error.problems).toMatchObject([{ code: 'conflict', path: 'DATABASE_URL' }]);
  });
});

test('secrets are found by variable names and in addresses, longest first', async () => {
  const { secrets } = await settingsFor({
    OPENAI_API_KEY: 'sk-openai-123',
    MY_PASSWORD: 'hunter2',
    MAX_TOKENS: '100000',
    KEY_FILE: '/run/secrets/key',
    TOKENIZERS_PARALLELISM: 'false',
    SHORT_KEY: 'abc',
    PROXY: 'http://me:p%40ssword@proxy:3128',
    HOME: '/home/me',
    MOLECULE_ENCRYPTION_KEY: 'first-key-of-two,second-key',
  });
  expect(secrets).toEqual(
    [
      'first-key-of-two,second-key',
      'first-key-of-two',
      'sk-openai-123',
      'second-key',
      'p%40ssword',
      'p@ssword',
      'hunter2',
    ].sort((left, right) => right.length - left.length),
  );
});

test.each([
  [{}, false],
  [{ OTEL_SERVICE_NAME: 'agent' }, false],
  [{ OTEL_TRACES_EXPORTER: 'console' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector' }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector', OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector', OTEL_SDK_DISABLED: 'true' }, false],
])('traces are exported with %j: %s', async (environment, otel) => {
  expect((await settingsFor(environment)).otel.wanted).toBe(otel);
});

test('the resource attributes of the environment are kept', async () => {
  const { otel } = await settingsFor({
    OTEL_RESOURCE_ATTRIBUTES: 'team=a%20b, service.name=from-attributes,odd,load=100%',
    OTEL_SERVICE_NAME: 'agent',
  });
  expect(otel.resource).toEqual({ team: 'a b', 'service.name': 'agent', load: '100%' });
});
