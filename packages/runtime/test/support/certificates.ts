import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A certificate with its key, as files and as PEM. */
export interface TestCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority that signs certificates for tests. */
export interface TestAuthority extends AsyncDisposable, TestCertificate {
  /**
   * @param subject such as `/O=Test/CN=ann`
   * @param names such as `DNS:localhost`
   */
  issue(subject: string, names?: readonly string[], usage?: 'clientAuth' | 'serverAuth'): Promise<TestCertificate>;
}

export async function makeAuthority(name = 'Test Authority'): Promise<TestAuthority> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-authority-'));
  const at = (file: string) => join(directory, file);
  const [keyFile, certFile] = [at('ca-key.pem'), at('ca.pem')];
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    ...CURVE,
    '-nodes',
    '-days',
    '1',
    '-subj',
    `/CN=${name}`,
    ...out(keyFile, certFile),
  );
  let issued = 0;
  return {
    ...(await read(certFile, keyFile)),
    async issue(subject, names = [], usage = 'clientAuth') {
      issued += 1;
      const [key, request, cert, extensions] = ['key', 'csr', 'cert', 'ext'].map((kind) =>
        at(`${issued}-${kind}.pem`),
      ) as [string, string, string, string];
      openssl('req', '-new', '-newkey', 'ec', ...CURVE, '-nodes', '-subj', subject, '-utf8', ...out(key, request));
      const alternative = names.length > 0 ? `subjectAltName=${names.join(',')}\n` : '';
      await writeFile(extensions, `${alternative}extendedKeyUsage=${usage}\n`);
      openssl(
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        certFile,
        '-CAkey',
        keyFile,
        '-CAcreateserial',
        '-days',
        '1',
        '-extfile',
        extensions,
        '-out',
        cert,
      );
      return read(cert, key);
    },
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const CURVE = ['-pkeyopt', 'ec_paramgen_curve:prime256v1'];

function out(key: string, certificate: string): readonly string[] {
  return ['-keyout', key, '-out', certificate];
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

async function read(certFile: string, keyFile: string): Promise<TestCertificate> {
  return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
}
