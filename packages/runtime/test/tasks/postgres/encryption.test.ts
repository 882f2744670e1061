import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, copyFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/tasks/postgres/connect.js';
import type { TlsSettings } from '../../../src/tasks/postgres/postgres-settings.js';
import { postgresPlace, settingsOf } from '../../support/postgres/postgres-place.js';
import { makeServerDirectory, serverUser } from '../../support/postgres/postgres-programs.js';
import { createPostgres, type PostgresServer, urlOf } from '../../support/postgres/postgres-server.js';

/** The name in the server's certificate; the tests reach the server under it and under its address. */
const NAME = 'localhost';

/** Makes the server's certificate. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let files: string;
let directory: string;
let server: PostgresServer | undefined;

beforeAll(async () => {
  if (!hasOpenssl) return;
  files = await mkdtemp(join(tmpdir(), 'molecule-tls-'));
  directory = `${files}-server`;
  const [key, cert] = [join(files, 'key.pem'), join(files, 'cert.pem')];
  const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    ...subject,
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', request, { stdio: 'ignore' });
  makeServerDirectory(directory);
  const own = [join(directory, 'key.pem'), join(directory, 'cert.pem')] as const;
  copyFileSync(key, own[0]);
  copyFileSync(cert, own[1]);
  const { uid, gid } = serverUser();
  if (uid !== undefined && gid !== undefined) for (const file of own) chownSync(file, uid, gid);
  const conf = ['ssl = on', `ssl_key_file = '${own[0]}'`, `ssl_cert_file = '${own[1]}'`];
  server = await createPostgres(directory, { fsync: false, conf });
});

afterAll(async () => {
  if (!hasOpenssl) return;
  await server?.stop();
  for (const path of [files, directory]) await rm(path, { recursive: true, force: true });
});

describe.skipIf(!hasOpenssl)('with a server that can encrypt', () => {
  const attempt = async (host: string, tls: TlsSettings) => {
    const settings = { ...settingsOf(urlOf(server?.port ?? 0, 'postgres')), host, tls };
    const { ssl } = await connect(settings);
    return ssl !== false;
  };
  const rootCert = () => join(files, 'cert.pem');

  it('the modes encrypt and verify as in libpq', async () => {
    expect(await attempt('127.0.0.1', { mode: 'disable' })).toBe(false);
    expect(await attempt('127.0.0.1', { mode: 'prefer' })).toBe(true);
    expect(await attempt('127.0.0.1', { mode: 'require' })).toBe(true);
    expect(await attempt('127.0.0.1', { mode: 'require', rootCert: rootCert() })).toBe(true);
    expect(await attempt('127.0.0.1', { mode: 'verify-ca', rootCert: rootCert() })).toBe(true);
    expect(await attempt(NAME, { mode: 'verify-full', rootCert: rootCert() })).toBe(true);
  });

  it('a certificate of an unknown issuer, or of another name, is refused where it is verified', async () => {
    await expect(attempt('127.0.0.1', { mode: 'verify-ca' })).rejects.toThrow(/self.signed/);
    await expect(attempt(NAME, { mode: 'verify-full', rootCert: 'system' })).rejects.toThrow(/self.signed/);
    await expect(attempt('127.0.0.1', { mode: 'verify-full', rootCert: rootCert() })).rejects.toThrow(
      /altnames|127\.0\.0\.1/,
    );
  });
});

it('with a server that cannot encrypt, prefer connects without, and require refuses', async () => {
  await using place = await postgresPlace();
  expect((await connect({ ...place.settings, tls: { mode: 'prefer' } })).ssl).toBe(false);
  await expect(connect({ ...place.settings, tls: { mode: 'require' } })).rejects.toThrow('does not support SSL');
});
