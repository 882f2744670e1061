import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { ClientConfig } from 'pg';

/** How a connection is encrypted, and how the server proves who it is; the meanings are those of libpq. */
export type TlsMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

export interface TlsSettings {
  readonly mode: TlsMode;
  /** A file with the certificates that may sign the server's one; `system`: those that Node trusts. */
  readonly rootCert?: string | undefined;
  /** The client's certificate and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** A PostgreSQL database, and how it is used. */
export interface PostgresSettings {
  /** A host name or an address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  readonly tls: TlsSettings;
  /** The most connections of this process, besides the one that receives hints. */
  readonly pool: number;
  /** The name under which the server lists the connections. */
  readonly application: string;
  /** False: other processes are not notified of changes, and find them when they look again. */
  readonly notify: boolean;
}

/** A connection takes at most this long to be made, and work waits at most this long for a free one. */
const CONNECT_MS = 10_000;
/** No statement of the store takes this long; what does has lost its connection. The server ends it earlier. */
const QUERY_MS = 60_000;

/** For log lines and errors; it has no secret. */
export function placeOf({ host, port, database }: Pick<PostgresSettings, 'host' | 'port' | 'database'>): string {
  return `the database ${database} at ${host.includes('/') ? host : `${host}:${port}`}`;
}

/**
 * What node-postgres needs. Everything is given, so that it reads no variable of the environment by itself.
 *
 * @param encrypted see {@link choosesTls}
 */
export function clientConfig(settings: PostgresSettings, encrypted: boolean): ClientConfig {
  const { host, port, database, user, password = '', tls, application } = settings;
  return {
    host,
    port,
    database,
    user,
    // As a function, it is part of no text that prints a configuration.
    password: () => password,
    ssl: encrypted ? tlsOptions(tls) : false,
    application_name: application,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** Whether a connection is encrypted; `try`: only if the server can do it. */
export function choosesTls({ host, tls }: Pick<PostgresSettings, 'host' | 'tls'>): boolean | 'try' {
  // A Unix socket is never encrypted.
  if (host.includes('/') || tls.mode === 'disable' || tls.mode === 'allow') return false;
  return tls.mode === 'prefer' ? 'try' : true;
}

function tlsOptions({ mode, rootCert, cert, key }: TlsSettings): ConnectionOptions {
  // As in libpq: `require` verifies the chain only if certificates are given for that.
  const verifies = mode === 'verify-ca' || mode === 'verify-full' || (mode === 'require' && rootCert !== undefined);
  return {
    rejectUnauthorized: verifies,
    ...(verifies && rootCert !== undefined && rootCert !== 'system' && { ca: readFileSync(rootCert, 'utf8') }),
    ...(verifies && mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    ...(cert !== undefined && { cert: readFileSync(cert, 'utf8') }),
    ...(key !== undefined && { key: readFileSync(key, 'utf8') }),
  };
}
