import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { DatabaseSettings, TlsMode } from './runtime-settings.js';
import type { SettingsReader } from './settings-reader.js';
import { SETTINGS } from './settings-table.js';

const DEFAULT_PORT = 5432;
const DEFAULT_POOL = 10;
/** What the server lists; it cuts longer names. */
const MOST_NAME_LENGTH = 63;

const TLS_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** Parameters of the URL. `channel_binding` has no effect; some providers write it into every URL. */
const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'channel_binding'];

/** The database of the task store; undefined: none is set, or its URL is invalid, which adds a problem. */
export function readDatabase(
  reader: SettingsReader,
  { configDir, workspaceId }: { readonly configDir: string; readonly workspaceId: string },
): DatabaseSettings | undefined {
  const text = reader.readText(SETTINGS.databaseUrl);
  const pool = reader.read(SETTINGS.databasePool) ?? DEFAULT_POOL;
  const notify = reader.read(SETTINGS.databaseNotify) !== 'off';
  const environment = {
    password: reader.read(SETTINGS.databasePassword),
    sslmode: reader.read(SETTINGS.databaseTlsMode),
    sslrootcert: reader.read(SETTINGS.databaseRootCert),
    sslcert: reader.read(SETTINGS.databaseCert),
    sslkey: reader.read(SETTINGS.databaseKey),
  };
  if (text === undefined) return undefined;
  const url = parseDatabaseUrl(text);
  if (typeof url === 'string') {
    reader.problems.push({
      code: 'invalid-value',
      path: SETTINGS.databaseUrl.name,
      wanted: SETTINGS.databaseUrl.type.wanted,
      found: `another value (not shown): ${url}`,
      remedy: `set it for example to DATABASE_URL=${SETTINGS.databaseUrl.type.example}, or unset it; tasks are then stored in SQLite in the state directory`,
    });
    return undefined;
  }
  const { sslmode, sslrootcert, sslcert, sslkey } = url.parameters;
  const fileAt = (path: string | undefined) => (path === undefined ? undefined : resolve(configDir, path));
  const rootCert = sslrootcert ?? environment.sslrootcert;
  return {
    ...url.server,
    password: url.password ?? environment.password,
    tls: {
      mode: (sslmode as TlsMode | undefined) ?? environment.sslmode ?? 'prefer',
      rootCert: rootCert === 'system' ? rootCert : fileAt(rootCert),
      cert: fileAt(sslcert ?? environment.sslcert),
      key: fileAt(sslkey ?? environment.sslkey),
    },
    pool,
    notify,
    application: `molecule ${workspaceId}`.slice(0, MOST_NAME_LENGTH),
  };
}

interface ParsedUrl {
  readonly server: Pick<DatabaseSettings, 'host' | 'port' | 'user' | 'database'>;
  readonly password: string | undefined;
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

/** The parts of the URL, or what is wrong with it, without any part of it that may be secret. */
function parseDatabaseUrl(text: string): ParsedUrl | string {
  const [, scheme] = /^(postgres|postgresql):\/\//.exec(text) ?? [];
  if (scheme === undefined) return 'it does not begin with postgres:// or postgresql://';
  // URL knows no user without a host, which is then a parameter.
  const hasHost = !/^\w+:\/\/([^/?#]*@)?[/?#]/.test(text);
  const whole = hasHost ? text : text.replace(/^(\w+:\/\/(?:[^/?#]*@)?)/, '$1none');
  if (!URL.canParse(whole)) {
    return 'it is no URL; encode special characters of the password with % (for example, %2F for /)';
  }
  const url = new URL(whole);
  if (url.hostname.includes(',')) return 'it names several hosts';
  const parameters = Object.fromEntries(url.searchParams);
  const unknown = Object.keys(parameters).find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) return `its parameter ${unknown} is not one of ${PARAMETERS.join(', ')}`;
  const mode = parameters['sslmode'];
  if (mode !== undefined && !(TLS_MODES as readonly string[]).includes(mode)) {
    return `its sslmode is not one of ${TLS_MODES.join(', ')}`;
  }
  try {
    const user = decodeURIComponent(url.username) || userInfo().username;
    const named = hasHost ? decodeURIComponent(url.hostname).replace(/^\[(.+)\]$/, '$1') : 'localhost';
    return {
      server: {
        host: parameters['host'] ?? named,
        port: url.port === '' ? DEFAULT_PORT : Number(url.port),
        user,
        database: decodeURIComponent(url.pathname.slice(1)) || user,
      },
      password: url.password === '' ? undefined : decodeURIComponent(url.password),
      parameters,
    };
  } catch {
    return 'a % in it does not begin an encoded character';
  }
}
